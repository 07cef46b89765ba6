/** The script of a thread that measures images. */
import { answerTasks } from '../../threads.js';
import { startMeasuring } from './measure-batch.js';

answerTasks(startMeasuring);
