/** How pixels were normalised where weights were trained, of red, green and blue, where black is 0 and white is 1. */
import type { NormalisationSpec } from './spec.js';

/** Mean and standard deviation of the pixels of ImageNet, as torchvision and timm have them. */
export const IMAGENET: NormalisationSpec = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

const [GREY, RANGE] = [127 / 255, 128 / 255];

/** To about -1 and 1, as Google trained EfficientNet-Lite: (byte - 127) / 128. */
export const TO_ONE: NormalisationSpec = { mean: [GREY, GREY, GREY], deviation: [RANGE, RANGE, RANGE] };
