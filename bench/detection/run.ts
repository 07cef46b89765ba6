/**
 * Detectors on composed scenes: how well they find organisms, and both of two that lie on each other.
 *
 *     npx tsc -p bench/tsconfig.json
 *     node bench/build/bench/detection/run.js IMAGES OUT [--part train,scenes,cameras,pairs,separation,crops,speed,step,bccd]
 *         [--kinds centre,two-slot,yolo] [--seeds 1,2,3] [--views 1,4] [--epochs n] [--examples n] [--frames 500] [--pairs 1000]
 *         [--classifier FOLDER,...] [--bccd FOLDER] [--limit-per-class n]
 *
 * It is compiled first, because only compiled code runs on threads. IMAGES are of single organisms. Without `--part` everything is done,
 * in this order; `bccd` only where its folder is given, with trainings of its own. Trainings are kept in OUT/KIND-SEED, resume when the same
 * command is given again, and are not repeated. Each figure is printed as a row of a table, and OUT/pairs.svg is drawn. Organisms of the
 * training part are trained on, of the validation part choose epoch and score, of the test part judge. The split is that of the seed 1 for all, and has to be that of the classifiers
 * (`train flat --seed 1`), which name the organisms: `crops` takes all of them, `separation` the first.
 */
import { judgeBccd } from './bccd.js';
import { judgeCameras } from './cameras.js';
import { judgeSeparation } from './classification.js';
import { judgeCrops } from './crops.js';
import { judgePairs } from './pairs.js';
import { judgeRandomScenes } from './random-scenes.js';
import { does, setting } from './setting.js';
import { measureSpeed } from './speed.js';
import { measureStep } from './step.js';
import { trainAll } from './training.js';

if (does('train')) await trainAll();
if (does('scenes')) await judgeRandomScenes();
if (does('cameras')) await judgeCameras();
if (does('pairs')) await judgePairs();
if (does('separation')) await judgeSeparation();
if (does('crops')) await judgeCrops();
if (does('speed')) await measureSpeed();
if (does('step')) await measureStep();
if (does('bccd') && setting.bccd !== undefined) await judgeBccd(setting.bccd);
