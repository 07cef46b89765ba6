/** Favouring rare classes. */
import { atLeast0, share } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const balanceOptions = grouped('Rare classes', {
  balance: option(atLeast0().optional(), {
    description:
      'favour rare classes this much: 0 not at all, 1 as if all classes were equally frequent (divides probabilities by ' +
      'training images to this power); the training images must be among --images',
    value: 'tau',
  }),
  maxLoss: option(share().optional(), {
    description:
      'choose --balance on the validation images: the most balanced accuracy that costs at most this share of accuracy',
    unit: 'share',
  }),
});
