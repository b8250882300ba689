const before = 60
const after = 120

/** Where two answers begin to differ, and how each of them goes on. */
export function differenceOf(expected: string, answer: string): string {
  let at = 0
  while (at < expected.length && expected[at] === answer[at]) at++
  const part = (text: string): string => text.slice(Math.max(0, at - before), at + after)
  return `from character ${at} on, not\n  …${part(expected)}\nbut\n  …${part(answer)}`
}
