/** The parts we use of libraries that bring no types. */
declare module 'subset-font' {
  /** The whole font with its axes fixed, whatever form it was in. */
  const subsetFont: (
    font: Buffer,
    text: undefined,
    options: { targetFormat: 'sfnt'; variationAxes: Record<string, number>; keepAllGlyphs: true },
  ) => Promise<Buffer>
  // biome-ignore lint/style/noDefaultExport: so does the library
  export default subsetFont
}

declare module 'linebreak' {
  /** Finds where a line may end, by UAX #14. */
  // biome-ignore lint/style/noDefaultExport: so does the library
  export default class LineBreaker {
    constructor(text: string)
    nextBreak(): { position: number; required: boolean } | null
  }
}
