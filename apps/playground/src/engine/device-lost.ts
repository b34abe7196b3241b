/** Name of the error of a question that failed because the graphics device was lost. */
export const deviceLost = 'DeviceLost';
