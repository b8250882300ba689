/** The JSON.parse source text access proposal, which TypeScript has no types for yet. */
interface ExactJson {
  parse: (text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown) => unknown
  rawJSON: (text: string) => object
}

const { parse, rawJSON } = JSON as unknown as ExactJson

/** A number with more digits than a JavaScript number holds. It serializes to its source text. */
export class ExactNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  toJSON(): object {
    return rawJSON(this.source)
  }
}

/** A cheap first check: sixteen digits, with or without a decimal point, or an exponent of three digits. */
const mayHaveLongNumber = /\d[\d.]{15}|[eE][+-]?\d{3}/

/** Parses JSON. Numbers that would lose digits become `ExactNumber`. @throws SyntaxError */
export function parseExact(text: string): unknown {
  if (!mayHaveLongNumber.test(text)) return JSON.parse(text)
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isExact(source) ? new ExactNumber(source) : value,
  )
}

/** Whether a JavaScript number holds all digits of this number; `1.50` and `1.5` are equal. */
export function isExact(source: string): boolean {
  const rounded = String(Number(source))
  return rounded === source || normalize(rounded) === normalize(source)
}

const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

function normalize(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
