"""Writes a miniature Stable Diffusion 1.5 with random weights: about 90 MB in diffusers' layout, without any download.

Usage, with InvokeAI's own Python: python tiny-model.py FOLDER. InvokeAI takes it for main/sd-1; its images are noise.
"""

import json
import os
import sys

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

# InvokeAI recognises SD 1.x by the width of the text encoder, and CLIP's vocabulary has this size.
TEXT_WIDTH = 768
VOCABULARY_SIZE = 49408
START, END = "<|startoftext|>", "<|endoftext|>"


def printable_bytes() -> list[str]:
    """The characters that byte-level BPE (GPT-2, CLIP) writes for the bytes 0 to 255."""
    own = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in own]
    return [chr(byte) for byte in own] + [chr(256 + index) for index in range(len(others))]


def write_tokenizer(folder: str) -> None:
    """A tokenizer of CLIP's kind and size that knows single characters only: random weights understand no words either."""
    os.makedirs(folder, exist_ok=True)
    characters = printable_bytes()
    tokens = characters + [character + "</w>" for character in characters]
    tokens += [f"<unused{index}>" for index in range(VOCABULARY_SIZE - 2 - len(tokens))] + [START, END]
    with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as file:
        json.dump({token: index for index, token in enumerate(tokens)}, file)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as file:
        file.write("#version: 0.2\n")


def make_pipeline(tokenizer_folder: str) -> StableDiffusionPipeline:
    torch.manual_seed(1)
    write_tokenizer(tokenizer_folder)
    tokenizer = CLIPTokenizer(
        os.path.join(tokenizer_folder, "vocab.json"),
        os.path.join(tokenizer_folder, "merges.txt"),
        bos_token=START,
        eos_token=END,
        unk_token=END,
        pad_token=END,
        model_max_length=77,
    )
    if len(tokenizer) != VOCABULARY_SIZE:
        raise SystemExit(f"The tokenizer has {len(tokenizer)} entries instead of {VOCABULARY_SIZE}.")
    blocks = (32, 64, 64, 64)
    return StableDiffusionPipeline(
        unet=UNet2DConditionModel(
            sample_size=64,
            block_out_channels=blocks,
            layers_per_block=1,
            cross_attention_dim=TEXT_WIDTH,
            attention_head_dim=8,
            norm_num_groups=16,
        ),
        vae=AutoencoderKL(
            block_out_channels=(32, 32, 32, 32),
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            latent_channels=4,
            norm_num_groups=16,
        ),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                vocab_size=VOCABULARY_SIZE,
                hidden_size=TEXT_WIDTH,
                projection_dim=TEXT_WIDTH,
                intermediate_size=TEXT_WIDTH,
                num_hidden_layers=1,
                num_attention_heads=12,
                bos_token_id=VOCABULARY_SIZE - 2,
                eos_token_id=VOCABULARY_SIZE - 1,
            )
        ),
        tokenizer=tokenizer,
        scheduler=PNDMScheduler(
            beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, skip_prk_steps=True, steps_offset=1
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Usage: python tiny-model.py FOLDER")
    target = sys.argv[1]
    make_pipeline(os.path.join(target, "tokenizer")).to(torch.float16).save_pretrained(target, safe_serialization=True)
    print(target)
