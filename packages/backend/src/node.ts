export { type AddedTensorflow, type AddTensorflowOptions, addTensorflow } from './wheel/add-tensorflow.ts';
