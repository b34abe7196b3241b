export {
  type CaptionerTrainerOptions,
  captionerTrainer,
  removeTrainingState,
  type TrainingThreads,
} from './captioner-trainer.ts';
