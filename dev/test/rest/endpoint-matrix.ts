import { studioLayout } from '../../src/demo/studio-layout.ts'
import { checkResponse } from './check-response.ts'
import { addressOf, type DocumentedEndpoint, documentedEndpoints, sampleOf } from './sample-value.ts'

/** The tokens of the callers. */
export interface Callers {
  fan: string
  partner: string
  admin: string
}

/**
 * A row for each endpoint: the status for a caller who is not signed in, for one without the scope, for an unknown parameter or field, and
 * for an id that does not exist. Successful requests have no effect: they are only sent where one of these is wrong.
 */
export async function endpointMatrix(baseUrl: string, callers: Callers): Promise<string> {
  const rows: string[] = []
  for (const endpoint of documentedEndpoints()) {
    const send = sender(baseUrl, endpoint)
    const entitled = endpoint.scope?.includes('partner') ? callers.partner : callers.admin
    const cells = [
      endpoint.isPublic ? 'public' : await send({}),
      endpoint.scope ? await send({ token: callers.fan }) : '–',
      await send({ token: entitled, isWrong: true }),
      endpoint.path.includes('{') ? await send({ token: entitled }) : '–',
    ]
    rows.push(`| ${endpoint.method} ${endpoint.path} | ${cells.join(' | ')} |`)
  }
  const head = '| endpoint | not signed in | without the scope | unknown parameter or field | unknown id |'
  return `${[head, '| --- | --- | --- | --- | --- |', ...rows].join('\n')}\n`
}

/** Sends a request that is refused for what the options say; gives status and code. */
function sender(baseUrl: string, endpoint: DocumentedEndpoint) {
  const { method, path, body } = endpoint
  return async ({ token, isWrong = false }: { token?: string; isWrong?: boolean }): Promise<string> => {
    const url = new URL(baseUrl + addressOf(endpoint, unknownValue))
    if (isWrong && !body) url.searchParams.set('colour', 'red')
    const sent = body && {
      ...(sampleOf(body as never) as object),
      ...plausible[endpoint.operationId],
      ...(isWrong && { colour: 'red' }),
    }
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const response = await fetch(url, { method, headers, ...(sent && { body: JSON.stringify(sent) }) })
    await checkResponse({ method, path, response: response.clone() })
    const { code = '' } = response.ok ? {} : ((await response.json()) as { code?: string })
    return `${response.status} ${code}`.trim()
  }
}

/** Values that services check before they look for the object. */
const plausible: Readonly<Record<string, object>> = {
  createPerformance: { startsAt: '2099-02-01T19:30:00Z', salesStartAt: '2099-01-01T00:00:00Z' },
  proposeBankAccount: { country: 'AT', accountNumber: 'AT611904300234573201' },
  createLayout: { document: studioLayout() },
  recordManualTransfer: { transferredOn: '2020-01-01' },
}

/** A well-formed id that nothing has. */
function unknownValue(name: string): string {
  const values: Record<string, string> = { kind: 'BOOKING_CONFIRMED', channel: 'EMAIL', locale: 'en' }
  return values[name] ?? 'xxx_00000000000000000000000000'
}
