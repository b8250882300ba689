import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { attachment } from './content-disposition.ts'
import { mediaTypeOf } from './media-type.ts'
import { bufferedFile, type OutgoingFile, sendFile } from './send-file.ts'

const file = bufferedFile(Buffer.from('0123456789'), { fileName: 'ten.txt', contentType: 'application/pdf' })

async function fetched(headers: Record<string, string> = {}, sent: OutgoingFile | null = file): Promise<Response> {
  const server = createServer((request, response) => void sendFile(request, response, sent))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers })
}

test('is a download that nobody stores and no browser runs', async () => {
  const response = await fetched()
  expect(await response.text()).toBe('0123456789')
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': 'private, no-store',
    'content-disposition': 'attachment; filename="ten.txt"',
    'content-length': '10',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': 'application/pdf',
    'x-content-type-options': 'nosniff',
  })
})

test.each([
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=-20', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
  ['bytes=10-', 416, '{"error":"The file has 10 bytes."}', 'bytes */10'],
  ['bytes=-0', 416, '{"error":"The file has 10 bytes."}', 'bytes */10'],
  ['bytes=4-2', 200, '0123456789', null],
  ['bytes=0-1,3-4', 200, '0123456789', null],
  ['lines=0-1', 200, '0123456789', null],
  ['bytes=-', 200, '0123456789', null],
])('answers the range %s with %i', async (range, ...[status, text, contentRange]) => {
  const response = await fetched({ range })
  expect(response.status).toBe(status)
  expect(await response.text()).toBe(text)
  expect(response.headers.get('content-range')).toBe(contentRange)
})

test('answers 404 when there is no file, be it from the start or by the time it is opened', async () => {
  expect((await fetched({}, null)).status).toBe(404)
  expect((await fetched({}, { ...file, open: async () => null })).status).toBe(404)
})

test.each([
  ['ticket.pdf', 'attachment; filename="ticket.pdf"'],
  ['../../etc/passwd', 'attachment; filename="passwd"'],
  ['C:\\x\\y.pdf', 'attachment; filename="y.pdf"'],
  ['a"\r\nset-cookie: b', 'attachment; filename="a_set-cookie_ b"; filename*=UTF-8\'\'a%22set-cookie%3A%20b'],
  ["Müller's.pdf", 'attachment; filename="M_ller_s.pdf"; filename*=UTF-8\'\'M%C3%BCller%27s.pdf'],
  ['...', 'attachment; filename="file"'],
  ['\u202egpj.exe', 'attachment; filename="gpj.exe"'],
])('names the download %j safely', (name, header) => {
  expect(attachment(name)).toBe(header)
})

test.each([
  ['%PDF-1.7', 'application/pdf'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['<html>', null],
  ['%PD', null],
  ['', null],
])('finds the type of %j by its beginning', (text, type) => {
  expect(mediaTypeOf(Buffer.from(text, 'latin1'))).toBe(type)
})
