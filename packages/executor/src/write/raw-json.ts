/** Data of an answer that is JSON already. */
export interface DataText {
  text: string
  toJSON: () => unknown
}

/** JSON as Apollo Server carries it through its pipeline. Whoever serializes it like any object gets the same. */
export function dataText(text: string): DataText {
  return { text, toJSON: () => JSON.parse(text) }
}

/** A result as JSON, in the order that the specification suggests: errors, data, extensions. */
export function stringifyResult(result: Record<string, unknown>): string {
  const data = result['data'] as Partial<DataText> | null | undefined
  const { errors, extensions } = result
  if (typeof data?.toJSON !== 'function' || typeof data.text !== 'string')
    return JSON.stringify({ errors, data, extensions })
  const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`
  const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`
  return `{${before}"data":${data.text}${after}}`
}
