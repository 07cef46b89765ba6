/**
 * The version of what is measured: increase it whenever the same image gives other numbers than before. Measured features on
 * disk are then measured again, and a classifier that was trained on the old numbers is refused.
 */
export const FEATURES_VERSION = 1;
