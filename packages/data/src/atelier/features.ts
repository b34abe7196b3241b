import type { PartName } from './sketch.ts';

/** How a catalogue describes one visible feature. */
export interface FeatureWords {
  readonly part: PartName;
  /** Used after "with"; a leading article is not part of the mention. Empty: only as an adjective. */
  readonly nouns: readonly string[];
  /** Used before the type. */
  readonly adjectives?: readonly string[];
}

function says(part: PartName, nouns: readonly string[], adjectives?: readonly string[]): FeatureWords {
  return adjectives ? { part, nouns, adjectives } : { part, nouns };
}

/** The features of garments and the values each may have. */
export interface FeatureValues {
  readonly neckline:
    | 'crew'
    | 'v'
    | 'scoop'
    | 'boat'
    | 'square'
    | 'henley'
    | 'turtle'
    | 'mock'
    | 'straight'
    | 'sweetheart'
    | 'plunge';
  readonly sleeve: 'none' | 'cap' | 'short' | 'elbow' | 'long' | 'puff' | 'bell' | 'balloon' | 'rolled';
  readonly collar:
    | 'none'
    | 'point'
    | 'band'
    | 'peterPan'
    | 'bow'
    | 'camp'
    | 'ruffle'
    | 'notch'
    | 'peak'
    | 'shawl'
    | 'storm'
    | 'shearling'
    | 'stand'
    | 'fur'
    | 'hood';
  readonly length:
    | 'cropped'
    | 'hip'
    | 'long'
    | 'mini'
    | 'knee'
    | 'midi'
    | 'maxi'
    | 'ankle'
    | 'full'
    | 'short'
    | 'mid'
    | 'bermuda';
  readonly closure:
    | 'none'
    | 'buttons'
    | 'twoButtons'
    | 'oneButton'
    | 'doubleBreasted'
    | 'zip'
    | 'placket'
    | 'halfZip'
    | 'toggles'
    | 'press'
    | 'hidden'
    | 'laces'
    | 'velcro'
    | 'buckle'
    | 'elastic'
    | 'sideZip'
    | 'ankleStrap'
    | 'slip'
    | 'flap'
    | 'topZip'
    | 'magnet'
    | 'drawstring'
    | 'clasp';
  readonly pockets:
    | 'none'
    | 'chest'
    | 'twoChest'
    | 'flapChest'
    | 'patch'
    | 'flap'
    | 'welt'
    | 'kangaroo'
    | 'zipped'
    | 'slant'
    | 'scoop'
    | 'cargo'
    | 'bib'
    | 'front'
    | 'frontZip'
    | 'sides';
  readonly hem:
    | 'straight'
    | 'curved'
    | 'ruffled'
    | 'ribbed'
    | 'slits'
    | 'slit'
    | 'asymmetric'
    | 'turnUps'
    | 'raw'
    | 'cuffed'
    | 'lace'
    | 'peplum';
  readonly waist: 'plain' | 'high' | 'elastic' | 'drawstring' | 'belt' | 'sash' | 'pleats' | 'seam' | 'bow';
  readonly trim:
    | 'none'
    | 'ringer'
    | 'raglan'
    | 'tipping'
    | 'piping'
    | 'stripes'
    | 'contrastStitch'
    | 'embroidery'
    | 'studs'
    | 'tassel'
    | 'pompom'
    | 'band'
    | 'bowKnot'
    | 'badge'
    | 'logo'
    | 'quilting'
    | 'fringe'
    | 'elbow'
    | 'epaulettes'
    | 'cable'
    | 'distressed'
    | 'faded'
    | 'crease'
    | 'heelTab'
    | 'sideStripe'
    | 'toeCap'
    | 'penny'
    | 'horsebit'
    | 'ties'
    | 'bottomStripes'
    | 'cuff'
    | 'contrastHeel'
    | 'buttonsAlong';
  readonly sole: 'plain' | 'white' | 'gum' | 'black' | 'chunky' | 'platform' | 'cleated';
  readonly heel: 'flat' | 'block' | 'stiletto' | 'kitten' | 'wedge';
  readonly toe: 'round' | 'pointed' | 'open';
  readonly strap:
    | 'none'
    | 'thin'
    | 'wide'
    | 'halter'
    | 'tied'
    | 'long'
    | 'chain'
    | 'wrist'
    | 'handles'
    | 'longHandles'
    | 'contrast'
    | 'cross'
    | 'single'
    | 'double'
    | 'thong';
  readonly shape:
    | 'plain'
    | 'wide'
    | 'skinny'
    | 'tall'
    | 'square'
    | 'rounded'
    | 'slouchy'
    | 'wideBrim'
    | 'shortBrim'
    | 'curvedPeak'
    | 'flatPeak'
    | 'crew'
    | 'ankle'
    | 'kneeHigh'
    | 'low'
    | 'highLeg';
  readonly fit: 'regular' | 'slim' | 'relaxed';
}

export type FeatureName = keyof FeatureValues;

/**
 * The values of each feature and their words. A value of `none` is not drawn and not mentioned.
 * The kinds of garments choose from these values.
 */
const features: { readonly [Name in FeatureName]: Readonly<Record<FeatureValues[Name], FeatureWords>> } = {
  neckline: {
    crew: says('neckline', ['a crew neck', 'a round neck', 'a crewneck collar'], ['crew-neck', 'round-neck']),
    v: says('neckline', ['a V-neck', 'a V-neckline', 'a V-shaped neckline'], ['V-neck']),
    scoop: says('neckline', ['a scoop neck', 'a low round neckline', 'a scooped neckline'], ['scoop-neck']),
    boat: says('neckline', ['a boat neck', 'a wide bateau neckline'], ['boat-neck']),
    square: says('neckline', ['a square neck', 'a square-cut neckline'], ['square-neck']),
    henley: says('neckline', ['a henley neck', 'a buttoned henley placket'], ['henley']),
    turtle: says('neckline', ['a roll neck', 'a turtleneck', 'a high folded neck'], ['roll-neck']),
    mock: says('neckline', ['a mock neck', 'a funnel neck', 'a stand-up neck'], ['mock-neck']),
    straight: says('neckline', ['a straight neckline', 'a straight-cut top edge']),
    sweetheart: says('neckline', ['a sweetheart neckline', 'a heart-shaped neckline']),
    plunge: says('neckline', ['a plunging neckline', 'a deep V-neck']),
  },
  sleeve: {
    none: says('sleeve', []),
    cap: says('sleeve', ['cap sleeves', 'tiny sleeves'], ['cap-sleeve']),
    short: says('sleeve', ['short sleeves'], ['short-sleeved', 'short-sleeve']),
    elbow: says('sleeve', ['elbow-length sleeves', 'half sleeves'], ['half-sleeve']),
    long: says('sleeve', ['long sleeves', 'full-length sleeves'], ['long-sleeved', 'long-sleeve']),
    puff: says('sleeve', ['puff sleeves', 'gathered short sleeves'], ['puff-sleeve']),
    bell: says('sleeve', ['bell sleeves', 'flared sleeves'], ['bell-sleeve']),
    balloon: says('sleeve', ['balloon sleeves', 'voluminous bishop sleeves'], ['balloon-sleeve']),
    rolled: says('sleeve', ['rolled sleeves', 'turned-up sleeves']),
  },
  collar: {
    none: says('collar', []),
    point: says('collar', ['a pointed collar', 'a classic collar', 'a spread collar']),
    band: says('collar', ['a band collar', 'a grandad collar', 'a collarless stand'], ['collarless']),
    peterPan: says('collar', ['a Peter Pan collar', 'a rounded collar']),
    bow: says('collar', ['a pussy bow', 'a tie at the neck', 'a bow at the collar'], ['pussy-bow']),
    camp: says('collar', ['a camp collar', 'an open notched collar', 'a Cuban collar']),
    ruffle: says('collar', ['a ruffled collar', 'a frilled neck']),
    notch: says('collar', ['notched lapels', 'a notch lapel']),
    peak: says('collar', ['peak lapels', 'pointed lapels']),
    shawl: says('collar', ['a shawl collar', 'a shawl lapel']),
    storm: says('collar', ['a wide storm collar', 'broad lapels']),
    shearling: says('collar', ['a shearling collar', 'a teddy-lined collar']),
    stand: says('collar', ['a stand collar', 'a funnel collar']),
    fur: says('hood', ['a fur-trimmed hood', 'a hood with faux fur'], ['fur-trimmed']),
    hood: says('hood', ['a hood', 'a drawstring hood'], ['hooded']),
  },
  length: {
    cropped: says('hem', ['a cropped length', 'a cropped hem'], ['cropped']),
    hip: says('hem', []),
    long: says('hem', ['a longline cut', 'a long hem'], ['longline']),
    mini: says('hem', ['a mini length', 'a short hem'], ['mini']),
    knee: says('hem', ['a knee-length hem', 'a hem to the knee'], ['knee-length']),
    midi: says('hem', ['a midi length', 'a mid-calf hem'], ['midi']),
    maxi: says('hem', ['a floor-sweeping hem', 'a maxi length'], ['maxi', 'full-length']),
    ankle: says('hem', ['an ankle length'], ['ankle-length', 'cropped']),
    full: says('hem', []),
    short: says('leg', ['a short leg', 'a brief cut'], ['short']),
    mid: says('leg', ['a mid-thigh leg', 'a mid length']),
    bermuda: says('leg', ['a knee-length leg', 'a bermuda length'], ['bermuda', 'knee-length']),
  },
  closure: {
    none: says('closure', []),
    buttons: says('closure', ['a button front', 'buttons down the front', 'a buttoned placket'], ['button-through']),
    twoButtons: says('closure', ['two buttons', 'a two-button front']),
    oneButton: says('closure', ['a single button', 'a one-button front']),
    doubleBreasted: says('closure', ['a double-breasted front', 'two rows of buttons'], ['double-breasted']),
    zip: says('closure', ['a zip front', 'a full zip', 'a zip fastening'], ['zip-up']),
    placket: says('closure', ['a buttoned placket', 'a short button placket', 'a three-button placket']),
    halfZip: says('closure', ['a half zip', 'a quarter-zip neck'], ['half-zip']),
    toggles: says('closure', ['toggle fastenings', 'horn toggles'], ['toggle']),
    press: says('closure', ['press studs', 'snap buttons']),
    hidden: says('closure', ['a concealed placket', 'a hidden fastening']),
    laces: says('closure', ['laces', 'a lace-up front'], ['lace-up']),
    velcro: says('strap', ['touch-close straps', 'two velcro straps'], ['velcro']),
    buckle: says('strap', ['a buckled strap', 'a buckle fastening'], ['buckled']),
    elastic: says('closure', ['elastic side panels', 'elasticated gussets']),
    sideZip: says('closure', ['a side zip', 'an inner zip']),
    ankleStrap: says('strap', ['an ankle strap', 'a strap around the ankle'], ['ankle-strap']),
    slip: says('closure', [], ['slip-on']),
    flap: says('flap', ['a front flap', 'a flap closure', 'a fold-over flap']),
    topZip: says('closure', ['a zip along the top', 'a top zip']),
    magnet: says('closure', ['a magnetic snap', 'a snap fastening']),
    drawstring: says('closure', ['a drawstring top', 'a gathered drawstring'], ['drawstring']),
    clasp: says('closure', ['a kiss clasp', 'a metal clasp']),
  },
  pockets: {
    none: says('pocket', []),
    chest: says('pocket', ['a chest pocket', 'a patch pocket at the chest', 'a breast pocket']),
    twoChest: says('pocket', ['two chest pockets', 'twin breast pockets']),
    flapChest: says('pocket', ['flap pockets at the chest', 'buttoned chest pockets']),
    patch: says('pocket', ['two patch pockets', 'patch pockets at the hips']),
    flap: says('pocket', ['flap pockets', 'two flapped pockets']),
    welt: says('pocket', ['slanted welt pockets', 'two welt pockets']),
    kangaroo: says('pocket', ['a kangaroo pocket', 'a pouch pocket', 'a front pouch']),
    zipped: says('pocket', ['zipped pockets', 'two zip pockets']),
    slant: says('pocket', ['slant pockets', 'side pockets']),
    scoop: says('pocket', ['five pockets', 'scooped front pockets', 'a five-pocket cut']),
    cargo: says('pocket', ['cargo pockets', 'bellows pockets at the thigh', 'roomy thigh pockets']),
    bib: says('pocket', ['a bib pocket', 'a pocket on the bib']),
    front: says('pocket', ['a front pocket', 'an outer pocket']),
    frontZip: says('pocket', ['a zipped front pocket', 'a zip pocket on the front']),
    sides: says('pocket', ['side pockets', 'pockets at both sides']),
  },
  hem: {
    straight: says('hem', []),
    curved: says('hem', ['a curved hem', 'a rounded shirt-tail hem']),
    ruffled: says('hem', ['a ruffled hem', 'a frill at the hem', 'a flounced hem']),
    ribbed: says('hem', ['a ribbed hem', 'rib trims at the hem']),
    slits: says('hem', ['side slits', 'a split hem']),
    slit: says('hem', ['a thigh slit', 'a high slit', 'a front slit']),
    asymmetric: says('hem', ['an asymmetric hem', 'a slanted hem'], ['asymmetric']),
    turnUps: says('hem', ['turn-ups', 'turned-up cuffs', 'rolled hems']),
    raw: says('hem', ['frayed hems', 'raw edges', 'a raw-cut hem']),
    cuffed: says('hem', ['ribbed cuffs', 'cuffed ankles']),
    lace: says('hem', ['lace trim at the hem', 'a lace edge'], ['lace-trimmed']),
    peplum: says('hem', ['a peplum', 'a flared peplum waist'], ['peplum']),
  },
  waist: {
    plain: says('waistband', []),
    high: says('waistband', ['a high waist', 'a high rise'], ['high-waisted', 'high-rise']),
    elastic: says('waistband', ['an elasticated waist', 'a gathered elastic waistband'], ['pull-on']),
    drawstring: says('waistband', ['a drawstring waist', 'a tie waist', 'a drawcord waistband']),
    belt: says('belt', ['a belt', 'a buckled belt', 'a waist belt'], ['belted']),
    sash: says('belt', ['a tie belt', 'a sash at the waist', 'a self-tie belt']),
    pleats: says('waistband', ['front pleats', 'pleats below the waistband'], ['pleat-front']),
    seam: says('waistband', ['a waist seam', 'a seamed waist']),
    bow: says('belt', ['a bow at the waist', 'a knotted bow']),
  },
  trim: {
    none: says('trim', []),
    ringer: says('trim', ['contrast trims', 'contrasting rib trims'], ['ringer']),
    raglan: says('sleeve', ['contrast raglan sleeves', 'raglan sleeves in a second colour']),
    tipping: says('trim', ['tipped edges', 'contrast tipping', 'fine tipping']),
    piping: says('trim', ['contrast piping', 'piped edges']),
    stripes: says('trim', ['side stripes', 'stripes down the sides', 'contrast side panels']),
    contrastStitch: says('trim', ['contrast stitching', 'contrasting topstitching']),
    embroidery: says('ornament', ['a small embroidered logo', 'an embroidered emblem at the chest']),
    studs: says('ornament', ['metal studs', 'studded details'], ['studded']),
    tassel: says('ornament', ['tassels', 'a tassel detail'], ['tasselled']),
    pompom: says('ornament', ['a pompom', 'a bobble on top'], ['bobble']),
    band: says('trim', ['a contrast band', 'a ribbon band', 'a grosgrain band']),
    bowKnot: says('ornament', ['a bow', 'a little bow']),
    badge: says('ornament', ['a patch at the front', 'a stitched badge', 'an emblem patch']),
    logo: says('ornament', ['a metal plaque', 'a metal logo']),
    quilting: says('body', ['diamond quilting', 'a quilted surface'], ['quilted']),
    fringe: says('fringe', ['fringed ends', 'a fringe'], ['fringed']),
    elbow: says('trim', ['elbow patches', 'patched elbows']),
    epaulettes: says('trim', ['epaulettes', 'shoulder tabs']),
    cable: says('body', ['a cable-knit front', 'cables down the front'], ['cable-knit']),
    distressed: says('leg', ['ripped knees', 'distressed details'], ['ripped', 'distressed']),
    faded: says('leg', ['faded thighs', 'a faded wash'], ['faded']),
    crease: says('leg', ['pressed creases', 'a centre crease']),
    heelTab: says('trim', ['a contrast heel tab', 'a heel tab in a second colour']),
    sideStripe: says('trim', ['stripes at the side', 'a sporty side stripe']),
    toeCap: says('toe', ['a contrast toe cap', 'a toe cap']),
    penny: says('strap', ['a penny strap', 'a saddle strap']),
    horsebit: says('ornament', ['a metal bit', 'a horsebit detail']),
    ties: says('trim', ['ties at the side', 'side ties']),
    bottomStripes: says('trim', ['bands of stripes at the end', 'striped ends']),
    cuff: says('cuff', ['a turned-up cuff', 'a folded brim']),
    contrastHeel: says('toe', ['contrast heel and toe', 'heels and toes in a second colour']),
    buttonsAlong: says('closure', ['buttons down the side', 'decorative buttons']),
  },
  sole: {
    plain: says('sole', []),
    white: says('sole', ['a white sole', 'a bright white sole']),
    gum: says('sole', ['a gum sole', 'a caramel rubber sole']),
    black: says('sole', ['a black sole']),
    chunky: says('sole', ['a chunky sole', 'a thick tread sole'], ['chunky']),
    platform: says('sole', ['a platform sole', 'a raised platform'], ['platform']),
    cleated: says('sole', ['a lug sole', 'a cleated sole']),
  },
  heel: {
    flat: says('heel', ['a flat heel', 'a low stacked heel'], ['flat']),
    block: says('heel', ['a block heel', 'a chunky heel'], ['block-heel']),
    stiletto: says('heel', ['a stiletto heel', 'a slim high heel'], ['stiletto']),
    kitten: says('heel', ['a kitten heel', 'a low slim heel'], ['kitten-heel']),
    wedge: says('heel', ['a wedge heel', 'a cork wedge'], ['wedge']),
  },
  toe: {
    round: says('toe', ['a round toe', 'a rounded toe'], ['round-toe']),
    pointed: says('toe', ['a pointed toe'], ['pointed']),
    open: says('toe', ['an open toe', 'a peep toe'], ['open-toe']),
  },
  strap: {
    none: says('strap', []),
    thin: says('strap', ['spaghetti straps', 'slim straps'], ['strappy']),
    wide: says('strap', ['wide straps', 'broad straps']),
    halter: says('strap', ['a halter neck', 'a halter strap'], ['halter']),
    tied: says('strap', ['tie straps', 'knotted straps']),
    long: says('strap', ['a long strap', 'a shoulder strap', 'a crossbody strap']),
    chain: says('strap', ['a chain strap', 'a metal chain']),
    wrist: says('strap', ['a wrist strap', 'a wristlet loop']),
    handles: says('handle', ['top handles', 'two short handles']),
    longHandles: says('handle', ['long handles', 'shoulder-length handles']),
    contrast: says('handle', ['contrast handles', 'handles in a second colour']),
    cross: says('strap', ['crossed straps', 'a criss-cross strap']),
    single: says('strap', ['a single band', 'one wide strap']),
    double: says('strap', ['two straps', 'a double strap']),
    thong: says('strap', ['a toe post', 'a thong strap']),
  },
  shape: {
    plain: says('body', []),
    wide: says('body', ['a wide shape'], ['wide']),
    skinny: says('body', ['a slim blade'], ['skinny', 'narrow']),
    tall: says('body', ['a tall shape'], ['tall']),
    square: says('body', ['a boxy shape'], ['boxy']),
    rounded: says('body', ['a rounded shape', 'soft corners'], ['rounded']),
    slouchy: says('body', ['a slouchy crown', 'a slouchy shape'], ['slouchy']),
    wideBrim: says('brim', ['a wide brim', 'a broad brim'], ['wide-brim']),
    shortBrim: says('brim', ['a short brim', 'a narrow brim'], ['short-brim']),
    curvedPeak: says('brim', ['a curved peak', 'a bent visor']),
    flatPeak: says('brim', ['a flat peak', 'a flat visor']),
    crew: says('body', ['a crew length'], ['crew']),
    ankle: says('body', ['an ankle length'], ['ankle', 'trainer']),
    kneeHigh: says('body', ['a knee-high length'], ['knee-high']),
    low: says('leg', ['a low-cut leg', 'a boyshort cut']),
    highLeg: says('leg', ['a high-cut leg', 'a high leg']),
  },
  fit: {
    regular: says('body', ['a regular fit', 'a straight fit'], ['regular-fit']),
    slim: says('body', ['a slim fit', 'a close fit'], ['slim', 'slim-fit', 'fitted']),
    relaxed: says('body', ['a relaxed fit', 'a loose cut', 'an oversized fit'], ['relaxed', 'oversized', 'loose']),
  },
};

/** The value of each feature of a product; a missing one does not apply to its kind. */
export type ProductFeatures = { readonly [Name in FeatureName]?: FeatureValues[Name] };

export const featureNames: readonly FeatureName[] = Object.keys(features) as FeatureName[];

/** The values that a feature can have. */
export function featureValues(name: FeatureName): readonly string[] {
  return Object.keys(features[name]);
}

/** The words for the feature. */
export function featureWords(name: FeatureName, value: string): FeatureWords | undefined {
  return (features[name] as Readonly<Record<string, FeatureWords>>)[value];
}
