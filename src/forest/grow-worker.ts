/** The script of a thread that grows trees. */
import { answerTasks } from '../threads.js';
import { startGrowing } from './grow-tasks.js';

answerTasks(startGrowing);
