/** The script of a thread that makes examples. */
import { answerTasks } from '../../../threads.js';
import { startMaking } from './example-work.js';

answerTasks(startMaking);
