import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OperationDefinitionNode, parse } from 'graphql'
import { root } from '../src/stack/repository.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
export type Json = any

/** The operations of docs/buy-a-ticket.md, by name. */
export function walkthroughOperations(): ReadonlyMap<string, string> {
  const page = readFileSync(join(root, 'docs', 'buy-a-ticket.md'), 'utf8')
  const texts = [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return new Map(texts.map((text) => [nameOf(text), text]))
}

function nameOf(text: string): string {
  const [operation] = parse(text).definitions as OperationDefinitionNode[]
  return operation?.name?.value ?? ''
}

/** Sends an operation as a browser does; for a subscription, returns the first event. @throws when the response has errors */
export async function sendAs(
  graphUrl: string,
  accessToken: string | null,
  request: { query: string; variables?: object },
): Promise<Json> {
  const isSubscription = /^subscription/m.test(request.query)
  const response = await fetch(graphUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isSubscription ? 'text/event-stream' : 'application/graphql-response+json',
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify(request),
  })
  const answer = isSubscription ? await firstEvent(response) : await response.json()
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer.data
}

async function firstEvent(response: Response): Promise<Json> {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString()
    const data = /^event: next\ndata: (.*)\n/m.exec(text)?.[1]
    if (data) return JSON.parse(data)
  }
  throw new Error(`The stream ended without an event: ${text}`)
}
