import type { LoadRefusal } from '../http/shed-load.ts'
import type { HttpResponse } from './start-operation.ts'

/** What is said to one operation too many. */
export function refusalResponse({ status, error: { message, ...extensions } }: LoadRefusal): HttpResponse {
  return { status, headers: [['retry-after', '1']], text: JSON.stringify({ errors: [{ message, extensions }] }) }
}
