/** Path data in the square -1..1, for patterns and motifs. */
export const starPath = 'M0-1L.24-.33.95-.31.39.13.59.81 0 .42-.59.81-.39.13-.95-.31-.24-.33Z';

export const heartPath =
  'M0 .85C-.5 .45-1 .05-1-.4C-1-.75-.75-.9-.5-.9C-.25-.9-.08-.75 0-.55C.08-.75 .25-.9 .5-.9C.75-.9 1-.75 1-.4C1 .05 .5 .45 0 .85Z';
