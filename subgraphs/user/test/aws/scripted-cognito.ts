import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { CognitoOptions } from '../../src/identity/cognito-pool.ts'

/** One call of Cognito's API, as it came in. */
export interface ReceivedCall {
  name: string
  body: Record<string, unknown>
}

type Answer = (call: ReceivedCall) => { status?: number; body: object }

/** A refusal, as Cognito sends it. */
export function refusal(type: string, message = ''): { status: number; body: object } {
  return { status: 400, body: { __type: type, message } }
}

/** A server that speaks Cognito's protocol and answers with what the running test says, for shapes that the embedded one never sends. */
export async function startScriptedCognito(
  answer: Answer,
): Promise<{ calls: ReceivedCall[]; options: CognitoOptions }> {
  const calls: ReceivedCall[] = []
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Record<string, unknown>
    const call = { name: String(request.headers['x-amz-target']).split('.').at(-1) ?? '', body }
    calls.push(call)
    const { status = 200, body: answered } = answer(call)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answered))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const options = {
    region: 'eu-central-1',
    userPoolId: 'eu-central-1_AbCdEfGhI',
    clientId: '5abcdefghijklmnopqrstuvwx',
  }
  return { calls, options: { ...options, endpoint, credentials } }
}
