"""Make encoder/mandate_bot_encoder/ from the published weights of all-MiniLM-L6-v2, by hand, when those change.

pip install torch onnx onnxruntime safetensors tokenizers
python tools/make_encoder.py FOLDER    (with model.safetensors and tokenizer.json, as sentence-transformers has them)

The graph takes the token ids of one text and gives its vector, at length 1. Weights are 8-bit integers of which 7 bits
are used, so that processors without VNNI do not overflow and every processor comes to the same integers.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as functional
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor

# Of model.safetensors as sentence-transformers publishes it (Apache 2.0).
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TARGET = Path(__file__).parent.parent / "encoder" / "mandate_bot_encoder"
LAYERS, HEADS, SIZE = 6, 12, 384
EPSILON = 1e-12


class MiniLM(torch.nn.Module):
    """BERT with mean pooling (Devlin and others 2018, Reimers and Gurevych 2019), for one text at a time."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        for name, value in weights.items():
            if value.is_floating_point():
                self.register_parameter(name.replace(".", "_"), torch.nn.Parameter(value, requires_grad=False))

    def forward(self, ids: Tensor) -> Tensor:
        places = self._weight("embeddings.position_embeddings.weight")[: ids.shape[0]]
        words = self._weight("embeddings.word_embeddings.weight")[ids]
        text = words + places + self._weight("embeddings.token_type_embeddings.weight")[0]
        text = self._norm(text, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            text = self._layer(text, f"encoder.layer.{layer}.")
        mean = text.mean(dim=0)
        return mean / mean.norm()

    def _layer(self, text: Tensor, layer: str) -> Tensor:
        query, key, value = (
            self._linear(text, f"{layer}attention.self.{name}").view(-1, HEADS, SIZE // HEADS).transpose(0, 1)
            for name in ("query", "key", "value")
        )
        attended = torch.softmax(query @ key.transpose(1, 2) / (SIZE // HEADS) ** 0.5, dim=-1) @ value
        attended = attended.transpose(0, 1).reshape(-1, SIZE)
        attended = self._linear(attended, f"{layer}attention.output.dense")
        text = self._norm(text + attended, f"{layer}attention.output.LayerNorm")
        inner = functional.gelu(self._linear(text, f"{layer}intermediate.dense"))
        return self._norm(text + self._linear(inner, f"{layer}output.dense"), f"{layer}output.LayerNorm")

    def _linear(self, text: Tensor, name: str) -> Tensor:
        return text @ self._weight(f"{name}.weight").t() + self._weight(f"{name}.bias")

    def _norm(self, text: Tensor, name: str) -> Tensor:
        return functional.layer_norm(
            text, (SIZE,), self._weight(f"{name}.weight"), self._weight(f"{name}.bias"), EPSILON
        )

    def _weight(self, name: str) -> Tensor:
        weight: Tensor = getattr(self, name.replace(".", "_"))
        return weight


def main(folder: Path) -> None:
    """Check the weights, write the graph, keep the tokenizer beside it."""
    source = folder / "model.safetensors"
    if hashlib.sha256(source.read_bytes()).hexdigest() != PUBLISHED:
        sys.exit(f"{source} is not the published model")
    model = MiniLM(load_file(source)).eval()
    example = torch.tensor([101, 7592, 2045, 102])
    with tempfile.TemporaryDirectory() as temporary:
        exact = Path(temporary) / "exact.onnx"
        torch.onnx.export(
            model,
            (example,),
            str(exact),
            input_names=["ids"],
            output_names=["vector"],
            dynamic_axes={"ids": {0: "tokens"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            exact,
            TARGET / "model.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    shutil.copy(folder / "tokenizer.json", TARGET / "tokenizer.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
