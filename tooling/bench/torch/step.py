"""The PyTorch twin of Kaleido's pre-training step: the same network, seven losses, clipping and AdamW, from the same
first weights and the same batch. A reference to measure against; no part of the product.

    python3 step.py STEP.safetensors OPTIONS.json

Reads one JSON command a line, and answers each with one line:
    {"command": "losses", "steps": 3}                       losses of that many steps without dropout
    {"command": "time", "seconds": 1.0, "runsAtOnce": 1}    milliseconds a step, one number for each group of runs
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F

LEVELS = [  # name, scale, patches, scope and variable of the released checkpoint
    ("rotation", 1, 1, "rotation_embeddings", "rotation"),
    ("jigsaw", 2, 4, "jigsaw_embeddings", "jigsaw"),
    ("camouflage", 3, 9, "camouflage_embeddings", "camouflage"),
    ("grey", 4, 16, "greymask_embeddings", "greymask"),
    ("blank", 5, 25, "blank_embeddings", "blankmask"),
]
PATCHES = 55
DTYPES = {"F32": torch.float32, "I32": torch.int32}


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    return {
        name: torch.frombuffer(data[entry["data_offsets"][0] : entry["data_offsets"][1]], dtype=DTYPES[entry["dtype"]])
        .reshape(entry["shape"])
        .clone()
        for name, entry in header.items()
        if name != "__metadata__"
    }


def is_kernel(name):
    """Whether the weight lies as [inputs, outputs]; torch multiplies by [outputs, inputs]."""
    return name.endswith(("/kernel", "_projector", "position_dense", "greymask_output_weights", "blanmask_output_weights"))


class Step:
    def __init__(self, file, options):
        self.options = options
        self.device = torch.device(options["device"])
        tensors = read_safetensors(file)
        self.weights = {
            name[len("weight/") :]: torch.nn.Parameter(
                (tensor.t().contiguous() if is_kernel(name) else tensor).to(self.device)
            )
            for name, tensor in tensors.items()
            if name.startswith("weight/")
        }
        self.batch = {
            name[len("batch/") :]: tensor.long() if tensor.dtype == torch.int32 else tensor
            for name, tensor in tensors.items()
            if name.startswith("batch/")
        }
        if self.device.type == "cuda":
            self.batch = {name: tensor.pin_memory() for name, tensor in self.batch.items()}
        adam = options["optimizer"]
        every = list(self.weights.values())
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [one for one in every if one.dim() > 1], "weight_decay": adam["weightDecay"]},
                {"params": [one for one in every if one.dim() == 1], "weight_decay": 0.0},
            ],
            lr=options["learningRate"],
            betas=(adam["beta1"], adam["beta2"]),
            **({"fused": True} if options["fusedOptimizer"] else {}),
        )
        self.steps = 0

    def norm(self, x, scope):
        w = self.weights
        return F.layer_norm(x, x.shape[-1:], w[f"{scope}/gamma"], w[f"{scope}/beta"], 1e-12)

    def dense(self, x, scope):
        return F.linear(x, self.weights[f"{scope}/kernel"], self.weights[f"{scope}/bias"])

    def attention(self, query, key, value, bias, rate):
        if self.options["attention"] == "sdpa":
            return F.scaled_dot_product_attention(query, key, value, attn_mask=bias, dropout_p=rate)
        logits = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + bias
        return F.dropout(torch.softmax(logits, -1), rate) @ value

    def losses(self, batch, rate):
        w, A = self.weights, self.options["heads"]

        def drop(x):
            return F.dropout(x, rate) if rate > 0 else x

        B, T = batch["ids"].shape
        words = F.embedding(batch["ids"], w["bert/embeddings/word_embeddings"])
        places = w["bert/embeddings/position_embeddings"][:T] + w["bert/embeddings/token_type_embeddings"][:1]
        parts = [drop(self.norm(words + places, "bert/embeddings/LayerNorm"))]
        placed = F.linear(batch["positions"], w["bert/position_dense"])
        start = 0
        for name, scale, patches, scope, variable in LEVELS:
            level = batch["features"][:, start : start + patches]
            if name == "blank":
                level = level * batch["blankKeep"][..., None]
            projected = F.linear(drop(level), w[f"bert/{scope}/{variable}_projector"])
            kind = w[f"bert/{scope}/{variable}_type_embeddings"][scale : scale + 1]
            total = projected + kind + placed[:, start : start + patches]
            parts.append(drop(self.norm(total, f"bert/{scope}/{variable}EmbLayerNorm")))
            start += patches
        x = torch.cat(parts, 1)
        S, D = x.shape[1:]
        mask = torch.cat([batch["mask"], torch.ones(B, PATCHES, device=x.device)], 1)
        bias = ((1 - mask) * -10000.0).view(B, 1, 1, S)

        def split(y):
            return y.view(B, S, A, D // A).transpose(1, 2)

        for i in range(self.options["layers"]):
            layer = f"bert/encoder/layer_{i}"
            query, key, value = (split(self.dense(x, f"{layer}/attention/self/{part}")) for part in ("query", "key", "value"))
            context = self.attention(query, key, value, bias.to(query.dtype), rate).transpose(1, 2).reshape(B, S, D)
            attended = drop(self.dense(context, f"{layer}/attention/output/dense"))
            x = self.norm(attended + x, f"{layer}/attention/output/LayerNorm")
            wide = F.gelu(self.dense(x, f"{layer}/intermediate/dense"), approximate="tanh")
            x = self.norm(drop(self.dense(wide, f"{layer}/output/dense")) + x, f"{layer}/output/LayerNorm")
        pooled = torch.tanh(self.dense(x[:, 0], "bert/pooler/dense"))

        def rows(source, positions):
            return source.gather(1, positions[..., None].expand(-1, -1, D)).reshape(-1, D)

        def level(index):
            begin = T + sum(patches for _, _, patches, _, _ in LEVELS[:index])
            return x[:, begin : begin + LEVELS[index][2]]

        hidden = F.gelu(self.dense(rows(x, batch["maskedPositions"]), "cls/predictions/transform/dense"), approximate="tanh")
        hidden = self.norm(hidden, "cls/predictions/transform/LayerNorm")
        words = F.linear(hidden, w["bert/embeddings/word_embeddings"], w["cls/predictions/output_bias"])
        each = F.cross_entropy(words.float(), batch["maskedLabels"].view(-1), reduction="none")
        weights = batch["maskedWeights"].view(-1)
        total = (each * weights).sum() / (weights.sum() + 1e-5)
        total = total + F.cross_entropy(
            F.linear(pooled, w["cls/seq_relationship/output_weights"], w["cls/seq_relationship/output_bias"]).float(),
            batch["matchLabels"],
        )
        for index, (name, head) in enumerate(
            [("rotation", "rotation_output"), ("jigsaw", "jiasaw_output"), ("camouflage", "camouflage_output")]
        ):
            weight, offset = w[f"cls/img_{name}/{head}_weights"], w[f"cls/img_{name}/{name}_output_bias"]
            logits = F.linear(level(index).reshape(B, -1), weight, offset)
            total = total + F.cross_entropy(logits.float(), batch[f"{name}Labels"])
        for index, name, head in [(3, "grey", "greymask/greymask"), (4, "blank", "blankmask/blanmask")]:
            logits = F.linear(rows(level(index), batch[f"{name}Ids"]), w[f"cls/img_{head}_output_weights"])
            target = torch.softmax(batch[f"{name}Targets"], -1)
            total = total + F.kl_div(F.log_softmax(logits.float(), -1), target, reduction="batchmean")
        return total

    def train(self, rate):
        self.steps += 1
        adam = self.options["optimizer"]
        batch = {name: tensor.to(self.device, non_blocking=True) for name, tensor in self.batch.items()}
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.options["precision"] == "mixed"):
            loss = self.losses(batch, rate)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights.values(), adam["clipNorm"])
        for group in self.optimizer.param_groups:
            # TensorFlow's form of Adam adds epsilon to the uncorrected root, torch's to the corrected one.
            group["eps"] = adam["epsilon"] / math.sqrt(1 - adam["beta2"] ** self.steps)
        self.optimizer.step()
        return loss.detach()

    def synchronize(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def time(self, seconds, runs_at_once):
        samples = []
        end = time.perf_counter() + seconds
        while not samples or time.perf_counter() < end:
            begin = time.perf_counter()
            for _ in range(runs_at_once):
                self.train(self.options["dropout"])
            self.synchronize()
            samples.append((time.perf_counter() - begin) * 1000 / runs_at_once)
        return samples


def main():
    with open(sys.argv[2]) as file:
        options = json.load(file)
    torch.manual_seed(1)
    torch.set_num_threads(options["threads"])
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if options["device"] == "gpu-or-cpu":
        options["device"] = "cuda" if torch.cuda.is_available() else "cpu"
    step = Step(sys.argv[1], options)
    device = torch.cuda.get_device_name() if step.device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    parameters = sum(weight.numel() for weight in step.weights.values())

    def answer(**values):
        print(json.dumps(values), flush=True)

    answer(version=torch.__version__, device=device, parameters=parameters)
    for line in sys.stdin:
        command = json.loads(line)
        if command["command"] == "losses":
            answer(losses=[step.train(0.0).item() for _ in range(command["steps"])])
        elif command["command"] == "time":
            answer(milliseconds=step.time(command["seconds"], command["runsAtOnce"]))
        else:
            raise ValueError(f"unknown command {line}")


main()
