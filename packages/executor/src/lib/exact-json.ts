/** What JavaScript adds to JSON for numbers that it cannot hold; TypeScript does not know of it yet. */
interface ExactJson {
  parse: (text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown) => unknown
  rawJSON: (text: string) => object
}

const { parse, rawJSON } = JSON as unknown as ExactJson

/** A number that has more digits than JavaScript keeps. As JSON it is what was written. */
export class ExactNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  toJSON(): object {
    return rawJSON(this.source)
  }
}

/** Quick to say no: sixteen digits in a row, a point among them or not, or an exponent of three. */
const mayBeLong = /\d[\d.]{15}|[eE][+-]?\d{3}/

/** Parses JSON. Numbers that would lose digits come as `ExactNumber`, all others as they always do. @throws SyntaxError */
export function parseExact(text: string): unknown {
  if (!mayBeLong.test(text)) return JSON.parse(text)
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isExact(source) ? new ExactNumber(source) : value,
  )
}

/** Whether JavaScript keeps all digits of a number that is written so; `1.50` and `1.5` are the same. */
export function isExact(source: string): boolean {
  const kept = String(Number(source))
  return kept === source || normal(kept) === normal(source)
}

const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

function normal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
