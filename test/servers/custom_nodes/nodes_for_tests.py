"""Nodes that the tests against a real ComfyUI need: slow, failing, blocking, expanding, talking in unusual ways.

Copy this file into the folder custom_nodes of a ComfyUI that serves nobody else. Works with every release since 2024.
The little ComfyUI in test/server has the same nodes.
"""

import time

import torch
from PIL import Image

import comfy.model_management
import comfy.utils
from comfy.cli_args import LatentPreviewMethod, args
from server import PromptServer

try:
    from comfy_execution.graph_utils import ExecutionBlocker, GraphBuilder
except ImportError:
    try:
        from comfy_execution.graph import ExecutionBlocker
        from comfy_execution.graph_utils import GraphBuilder
    except ImportError:
        # Servers from before node expansion (August 2024).
        ExecutionBlocker = GraphBuilder = None


class TSleep:
    """Takes the given time in steps, each with a preview unless there are to be none; can be interrupted between them.

    As in samplers, a job that asks for another preview method (0.5.0 and later) changes the method while it runs.
    """

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "seconds": ("FLOAT", {"default": 1.0, "min": 0.0, "max": 100.0}),
                "steps": ("INT", {"default": 5, "min": 1, "max": 100}),
                "seed": ("INT", {"default": 0, "min": 0, "max": 2**64 - 1, "control_after_generate": True}),
            },
            "optional": {"image": ("IMAGE",)},
        }

    def run(self, seconds, steps, seed, image=None):
        progress = comfy.utils.ProgressBar(steps)
        for step in range(1, steps + 1):
            time.sleep(seconds / steps)
            comfy.model_management.throw_exception_if_processing_interrupted()
            progress.update_absolute(step, steps, self.preview((255 * (step - 1) // steps, 40, seed % 256)))
        return (torch.zeros((1, 64, 64, 3)) if image is None else image,)

    def preview(self, color):
        if args.preview_method == LatentPreviewMethod.NoPreviews:
            return None
        return ("JPEG", Image.new("RGB", (8, 8), color), 512)


class TFail:
    """Raises."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",), "msg": ("STRING", {"default": "boom"})}}

    def run(self, image, msg):
        raise ValueError(msg)


class TBlock:
    """Ends its branch, with or without a message."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "image": ("IMAGE",),
                "msg": ("STRING", {"default": "blocked"}),
                "silent": ("BOOLEAN", {"default": False}),
            }
        }

    def run(self, image, msg, silent):
        return (ExecutionBlocker(None if silent else msg),)


class TText:
    """Shows a text, and sends it as a progress text where the server has such."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ("STRING",)
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"text": ("STRING", {"default": "hi"})}, "hidden": {"unique_id": "UNIQUE_ID"}}

    def run(self, text, unique_id):
        if hasattr(PromptServer.instance, "send_progress_text"):
            PromptServer.instance.send_progress_text("txt:" + text, unique_id)
        return {"ui": {"text": (text,), "custom": [{"a": 1}]}, "result": (text,)}


class TCombo:
    """Choices in the three forms that servers declare them in."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        several = {"options": ["x", "y", "z"], "multiselect": True, "multi_select": {}}
        return {"required": {"c": (["a", "b"],), "d": ("COMBO", {"options": ["x", "y"]}), "e": ("COMBO", several)}}

    def run(self, c, d, e):
        return {"ui": {"text": [repr(c), repr(d), repr(e)]}}


class TExpand:
    """Replaces itself with a canvas and a sleeper of 0.2 s."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"n": ("INT", {"default": 1})}}

    def run(self, n):
        graph = GraphBuilder()
        canvas = graph.node("EmptyImage", width=16, height=16, batch_size=1, color=255)
        sleeper = graph.node("TSleep", seconds=0.2, steps=2, seed=n, image=canvas.out(0))
        return {"result": (sleeper.out(0),), "expand": graph.finalize()}


class TVal:
    """Validates its text: refuses what begins with "bad", fails for "raise"."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"t": ("STRING", {"default": ""})}}

    @classmethod
    def VALIDATE_INPUTS(cls, t):
        if t == "raise":
            raise RuntimeError("validation raised")
        if t == "false":
            return False
        return "t must not begin with bad" if t.startswith("bad") else True

    def run(self, t):
        return {"ui": {"text": [t]}}


class TNan:
    """Reports numbers that JSON does not have."""

    CATEGORY = "t"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",)}}

    def run(self, image):
        return {"ui": {"stat": [float("nan"), float("inf")]}, "result": (image,)}


NODES = [TSleep, TFail, TText, TCombo, TVal, TNan]
if GraphBuilder is not None:
    NODES += [TBlock, TExpand]
NODE_CLASS_MAPPINGS = {node.__name__: node for node in NODES}
