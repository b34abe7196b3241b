"""Writes fixtures/resnet50.json: what PyTorch makes of a picture by a ResNet-50 in torchvision's layout with made-up weights.

    pip install torch numpy && python test/resnet50-golden.py

Made with PyTorch 2.15.0 (CPU, float32). The weights come from a formula that test/made-up-weights.ts repeats.
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn

STAGES = [(3, 64), (4, 128), (6, 256), (3, 512)]


def uniform(name: str, size: int) -> np.ndarray:
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(size, dtype=np.uint64) * 0x9E3779B1 + seed) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 0x85EBCA6B) & 0xFFFFFFFF
    x ^= x >> 13
    x = (x * 0xC2B2AE35) & 0xFFFFFFFF
    x ^= x >> 16
    return x.astype(np.float64) / 2**32


def made_up(name: str, shape: tuple) -> torch.Tensor:
    u = uniform(name, int(np.prod(shape)))
    if len(shape) == 4:
        values = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    elif name.endswith(("running_var", "weight")):
        values = 0.5 + 0.5 * u
    else:
        values = 0.2 * u - 0.1
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, channels: int, stride: int, first: bool):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, 4 * channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * channels)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, 4 * channels, 1, stride, bias=False), nn.BatchNorm2d(4 * channels))
            if first
            else None
        )

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet50(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        inputs = 64
        for number, (blocks, channels) in enumerate(STAGES, 1):
            layer = []
            for index in range(blocks):
                layer.append(Bottleneck(inputs, channels, 2 if number > 1 and index == 0 else 1, index == 0))
                inputs = 4 * channels
            setattr(self, f"layer{number}", nn.Sequential(*layer))

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for number in range(1, 5):
            x = getattr(self, f"layer{number}")(x)
        return x.mean((2, 3))


model = ResNet50().eval()
names = {name: made_up(name, tuple(value.shape)) for name, value in model.state_dict().items() if value.ndim > 0}
model.load_state_dict(names, strict=False)
height, width = 64, 96
picture = (4 * uniform("picture", height * width * 3) - 2).astype(np.float32).reshape(1, height, width, 3)
with torch.inference_mode():
    features = model(torch.from_numpy(picture).permute(0, 3, 1, 2))[0]
target = pathlib.Path(__file__).parent.parent / "fixtures" / "resnet50.json"
target.write_text(
    json.dumps(
        {
            "height": height,
            "width": width,
            "shapes": {name: list(value.shape) for name, value in names.items()},
            "features": [float(f"{value:.7g}") for value in features],
        }
    )
    + "\n"
)
print(len(names), features.min().item(), features.max().item(), features.mean().item())
