"""Pictures of labels as a cryo room gives them: clean labels are drawn, photographed badly, and the truth is kept.

Twelve conditions; half of each carries a Code 128 (an ISBT 128 donation number), half a square Data Matrix (a compound
message). A frame is 1280 x 720 grey, as a tablet's rear camera gives it. The same seed gives the same pictures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 720
CODE_128, DATA_MATRIX = zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.DataMatrix
Picture: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Photograph:
    """One bad picture, and what its label says."""

    condition: str
    text: str
    linear: bool
    pixels: Picture


def _modules(text: str, kind: zxingcpp.BarcodeFormat) -> Picture:
    """Return 0 for black and 255 for white, a pixel a module, with the quiet zone that the standard asks for."""
    options = {"force_square": True} if kind == DATA_MATRIX else {}
    symbol = zxingcpp.create_barcode(text, kind, **options)
    modules = np.array(zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False))
    if kind == DATA_MATRIX:
        return np.pad(modules, 2, constant_values=255)
    quiet = np.full(10, 255, np.uint8)
    return np.concatenate([quiet, modules[modules.shape[0] // 2], quiet])[None, :]


def donation(chance: random.Random) -> str:
    """Return a donation number of the test facilities A9990 to A9999."""
    facility, year, serial = chance.randint(0, 9), chance.randint(20, 27), chance.randint(0, 999_999)
    return f"=A999{facility}{year:02d}{serial:06d}{0:02d}"


def compound(chance: random.Random) -> str:
    """Return a compound message of four structures."""
    number, product = donation(chance), chance.randint(1000, 9999)
    return f"=+04000{number}=%5100=<S{product:04d}A00&>0{chance.randint(26, 40):02d}{chance.randint(1, 365):03d}2359"


def label(text: str, kind: zxingcpp.BarcodeFormat, pixels_a_module: int) -> Picture:
    """Return a white label with one symbol and its text."""
    modules = _modules(text, kind)
    if kind == CODE_128:
        drawn = np.repeat(np.repeat(modules, pixels_a_module, 1), max(60, 40 * pixels_a_module), 0)
    else:
        drawn = np.kron(modules, np.ones((pixels_a_module, pixels_a_module), np.uint8))
    margin = 24
    out = np.full((drawn.shape[0] + 2 * margin + 30, max(drawn.shape[1], 180) + 2 * margin), 250, np.uint8)
    out[margin : margin + drawn.shape[0], margin : margin + drawn.shape[1]] = drawn
    paper = Image.fromarray(out)
    place = (margin, margin + drawn.shape[0] + 6)
    ImageDraw.Draw(paper).text(place, text[:34], fill=0, font=ImageFont.load_default(16))
    return np.array(paper)


def placed(paper: Picture, chance: random.Random, angle: float = 0.0, tilt: float = 0.0) -> Picture:
    """Lay a label into a grey frame, turned by ``angle`` degrees and tilted by a perspective of 0 to 0.3."""
    height, width = paper.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    centred = corners - np.array([width / 2, height / 2], np.float32)
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    target = centred @ rotation.T
    if tilt:
        target[:, 0] *= 1 + tilt * target[:, 1] / max(height, 1)
        target[:, 1] *= 1 - tilt / 2
    centre = [WIDTH / 2 + chance.uniform(-40, 40), HEIGHT / 2 + chance.uniform(-30, 30)]
    target += np.array(centre, np.float32)
    ground = np.full((HEIGHT, WIDTH), 120, np.float32)
    clouds = np.random.default_rng(chance.randint(0, 10**9)).normal(0, 18, (9, 16)).astype(np.float32)
    ground += cv2.resize(clouds, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    warp = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    mask = cv2.warpPerspective(np.full_like(paper, 255), warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    laid = cv2.warpPerspective(paper, warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    out = ground * (1 - mask / 255.0) + laid.astype(np.float32) * (mask / 255.0)
    return np.clip(out, 0, 255).astype(np.uint8)


def _blurred(picture: Picture, sigma: float) -> Picture:
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def _moved(picture: Picture, pixels: int, angle: float) -> Picture:
    kernel = np.zeros((pixels, pixels), np.float32)
    kernel[pixels // 2] = 1
    turn = cv2.getRotationMatrix2D((pixels / 2 - 0.5, pixels / 2 - 0.5), angle, 1)
    kernel = cv2.warpAffine(kernel, turn, (pixels, pixels))
    return cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1e-6))


def _frosted(picture: Picture, cover: float, chance: random.Random) -> Picture:
    """White, noisy patches (rime) over about ``cover`` of the middle of the frame."""
    noise = np.random.default_rng(chance.randint(0, 10**9))
    field = cv2.resize(noise.random((36, 64)).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    field = cv2.GaussianBlur(field, (0, 0), 6)
    middle = field[HEIGHT // 3 : 2 * HEIGHT // 3, WIDTH // 4 : 3 * WIDTH // 4]
    mask = np.clip((field - np.quantile(middle, 1 - cover)) / 0.06, 0, 1)
    rime = np.clip(noise.normal(225, 18, (HEIGHT, WIDTH)), 0, 255)
    return np.clip(picture * (1 - mask) + rime * mask, 0, 255).astype(np.uint8)


def _hazy(picture: Picture, contrast: float) -> Picture:
    return np.clip(picture.astype(np.float32) * contrast + 225 * (1 - contrast), 0, 255).astype(np.uint8)


def _dark(picture: Picture, gain: float, chance: random.Random) -> Picture:
    noise = np.random.default_rng(chance.randint(0, 10**9))
    light = picture.astype(np.float32) * gain
    light = noise.poisson(np.maximum(light, 0) * 2) / 2 + noise.normal(0, 6.0, picture.shape)
    return np.clip(light, 0, 255).astype(np.uint8)


def _glaring(picture: Picture, chance: random.Random) -> Picture:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    x, y = WIDTH / 2 + chance.uniform(-150, 150), HEIGHT / 2 + chance.uniform(-60, 60)
    lamp = 230 * np.exp(-(((columns - x) / 70.0) ** 2 + ((rows - y) / 35.0) ** 2))
    return np.clip(picture + lamp, 0, 255).astype(np.uint8)


def _compressed(picture: Picture) -> Picture:
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])[1], 0)


def _slightly_turned(chance: random.Random, paper: Picture, sigma: float) -> Picture:
    return _blurred(placed(paper, chance, chance.uniform(-8, 8)), sigma)


def _turned(chance: random.Random, paper: Picture, angles: tuple[int, ...], spread: float) -> Picture:
    return _blurred(placed(paper, chance, chance.choice(angles) + chance.uniform(-spread, spread)), 0.6)


CONDITIONS: Final[dict[str, Callable[[random.Random, Picture], Picture]]] = {
    "clean": lambda r, paper: placed(paper, r),
    "rot15_tilt": lambda r, paper: _compressed(_blurred(placed(paper, r, r.uniform(-15, 15), r.uniform(0, 0.25)), 0.6)),
    "rot45": lambda r, paper: _compressed(_turned(r, paper, (45, -45), 8)),
    "rot90_180": lambda r, paper: _compressed(_turned(r, paper, (90, 180, 270), 4)),
    "blur1": lambda r, paper: _compressed(_slightly_turned(r, paper, 1.2)),
    "blur2": lambda r, paper: _compressed(_slightly_turned(r, paper, 2.2)),
    "motion7": lambda r, paper: _compressed(_moved(placed(paper, r, r.uniform(-8, 8)), 7, r.uniform(0, 180))),
    "frost10": lambda r, paper: _compressed(_frosted(_slightly_turned(r, paper, 0.8), 0.10, r)),
    "frost25": lambda r, paper: _compressed(_frosted(_slightly_turned(r, paper, 0.8), 0.25, r)),
    "haze30": lambda r, paper: _compressed(_hazy(_slightly_turned(r, paper, 1.0), 0.30)),
    "lowlight": lambda r, paper: _compressed(_dark(_slightly_turned(r, paper, 0.8), 0.18, r)),
    "glare": lambda r, paper: _compressed(_glaring(_slightly_turned(r, paper, 0.8), r)),
}


def photographs(each: int = 20, seed: int = 1) -> Iterator[Photograph]:
    """Yield ``each`` pictures of every condition."""
    for name, photographed in CONDITIONS.items():
        chance = random.Random(f"{seed}:{name}")  # noqa: S311  # pictures that can be made again, not a secret
        for number in range(each):
            linear = number % 2 == 0
            kind, text = (CODE_128, donation(chance)) if linear else (DATA_MATRIX, compound(chance))
            scale = chance.choice([3, 4]) if linear else chance.choice([5, 6, 7])
            yield Photograph(name, text, linear, photographed(chance, label(text, kind, scale)))
