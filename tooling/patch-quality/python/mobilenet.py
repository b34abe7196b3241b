"""Prints how many times 55 crops of 64 px a second go through MobileNetV2 in PyTorch.

    python mobilenet.py THREADS LAYOUT        (pip install torch)

LAYOUT is `contiguous_format`, what a model has that nobody has converted, or `channels_last`, the faster one.
"""
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
BLOCKS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int):
        super().__init__()
        wide = inputs * expansion
        expand = [nn.Conv2d(inputs, wide, 1), nn.ReLU6(True)] if expansion > 1 else []
        deep = [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide), nn.ReLU6(True), nn.Conv2d(wide, outputs, 1)]
        self.layers = nn.Sequential(*expand, *deep)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.residual else y


layers = [nn.Conv2d(3, 32, 3, 2, 1), nn.ReLU6(True)]
inputs = 32
for expansion, outputs, count, stride in BLOCKS:
    for index in range(count):
        layers.append(Block(inputs, outputs, expansion, stride if index == 0 else 1))
        inputs = outputs
layers += [nn.Conv2d(inputs, 1280, 1), nn.ReLU6(True)]
layout = getattr(torch, sys.argv[2])
model = nn.Sequential(*layers).eval().to(memory_format=layout)
crops = torch.randn(55, 3, 64, 64).to(memory_format=layout)
with torch.inference_mode():
    times = []
    for _ in range(9):
        start = time.perf_counter()
        model(crops).mean((2, 3))
        times.append(time.perf_counter() - start)
print(1 / sorted(times[2:])[3])
