import { expect, test } from 'vitest'
import { type readEnv, storeSettings } from './env.ts'

type Own = ReturnType<typeof readEnv>['own']

const settingsOf = (own: Partial<Own>) =>
  storeSettings({ own: { PARTNER_FILES_FOLDER: 'files', ...own } } as ReturnType<typeof readEnv>)

test('stores documents in the bucket when there is one, else in the folder', () => {
  expect(settingsOf({})).toEqual({ folder: 'files', bucket: null })
  const endpoint = 'http://127.0.0.1:9000'
  const own = { PARTNER_FILES_BUCKET: 'documents', PARTNER_FILES_ENDPOINT: endpoint, AWS_REGION: 'eu-west-1' }
  expect(settingsOf(own).bucket).toEqual({ bucket: 'documents', region: 'eu-west-1', endpoint })
  expect(() => settingsOf({ PARTNER_FILES_BUCKET: 'documents' })).toThrow('AWS_REGION: is required for a bucket')
})
