import type { GateRefusal } from '../http/shed-load.ts'
import type { Answered } from './start-operation.ts'

/** What is said to one operation too many. */
export function refusalAnswer({ status, error: { message, ...extensions } }: GateRefusal): Answered {
  return { status, headers: [['retry-after', '1']], text: JSON.stringify({ errors: [{ message, extensions }] }) }
}
