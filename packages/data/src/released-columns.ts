/** One column of the released data files: whole numbers, floats or text, and their count per row. */
export interface ReleasedColumnForm {
  readonly name: string;
  readonly type: 'int' | 'float' | 'text';
  readonly length: number;
}

/** The three kinds of files that the released code reads. */
export const releasedFileKinds = ['pretrain', 'retrieval', 'category'] as const;

export type ReleasedFileKind = (typeof releasedFileKinds)[number];

export interface ReleasedWidths {
  /** T, 64 in the released files. */
  readonly textLength?: number;
  /** F, 2,048 in the released files. */
  readonly featureWidth?: number;
}

const patches = { rotation: 1, jigsaw: 4, camouflage: 9, grey_mask: 16, blank_mask: 25 };

/**
 * The columns of a kind of file, in order, as in the released command lines. `img_loc_position_camouflage` has 45
 * values; the scripts say 35, which their own reader refuses.
 */
export function releasedColumns(
  kind: ReleasedFileKind,
  { textLength: T = 64, featureWidth: F = 2048 }: ReleasedWidths = {},
): readonly ReleasedColumnForm[] {
  const int = (name: string, length = 1): ReleasedColumnForm => ({ name, type: 'int', length });
  const float = (name: string, length: number): ReleasedColumnForm => ({ name, type: 'float', length });
  const text = (name: string): ReleasedColumnForm => ({ name, type: 'text', length: 1 });
  const caption = [int('input_ids', T), int('input_mask', T), int('segment_ids', T)];
  const levels = Object.entries(patches);
  const features = levels.map(([level, count]) => float(`img_feature_convert_${level}`, count * F));
  const places = levels.map(([level, count]) => int(`img_loc_position_${level}`, count * 5));
  const photograph = [...features, int('image_mask', 55), ...places];
  switch (kind) {
    case 'pretrain':
      return [
        ...caption,
        int('masked_lm_positions', 10),
        int('masked_lm_ids', 10),
        float('masked_lm_weights', 10),
        ...photograph,
        int('img_subtasks_flag'),
        int('img_grey_lm_ids', 2),
        int('img_blank_lm_ids', 3),
        int('img_rotate_gt'),
        int('img_jigsaw_gt'),
        int('img_camouflage_gt'),
        float('img_grey_mask_gt', 2 * F),
        int('nx_sent_labels'),
      ];
    case 'retrieval':
      return [
        text('text_prod_id'),
        ...caption,
        text('prod_desc'),
        int('nx_sent_labels'),
        text('image_prod_id'),
        text('prod_img_id'),
        ...photograph,
      ];
    case 'category':
      return [
        text('text_prod_id'),
        ...caption,
        text('prod_desc'),
        text('image_prod_id'),
        text('prod_img_id'),
        ...photograph,
        text('img_category'),
        int('img_category_id'),
        text('img_subcategory'),
        int('img_subcategory_id'),
      ];
    default:
      return kind satisfies never;
  }
}
