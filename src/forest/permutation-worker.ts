/** The script of a thread that judges a forest on permuted rows. */
import { answerTasks } from '../threads.js';
import { startPermuting } from './permutation-tasks.js';

answerTasks(startPermuting);
