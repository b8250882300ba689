import { EnvError } from '@tikitu/kit/base/env'
import { expect, test } from 'vitest'
import { channelSettings } from './env.ts'

const nothing = { MAIL_TRANSPORT: 'smtp', MAIL_FROM: 'Tikitu <tickets@tikitu.example>', SMS_TRANSPORT: 'off' } as const

test('every channel is off until it is set up', () => {
  expect(channelSettings(nothing)).toEqual({ smtp: null, ses: null, sns: null })
})

test('mail goes over SMTP where there is a server, or over SES where that is chosen; never over both', () => {
  const smtp = { ...nothing, SMTP_URL: 'smtp://127.0.0.1:25' }
  expect(channelSettings(smtp)).toMatchObject({ smtp: { url: 'smtp://127.0.0.1:25' }, ses: null })
  const ses = { ...smtp, MAIL_TRANSPORT: 'ses', AWS_REGION: 'eu-central-1' } as const
  expect(channelSettings(ses)).toMatchObject({ smtp: null, ses: { region: 'eu-central-1' } })
})

test('SMS and push are switched on each by itself', () => {
  const region = { ...nothing, AWS_REGION: 'eu-central-1' }
  expect(channelSettings({ ...region, SMS_TRANSPORT: 'sns' })).toMatchObject({ sns: { hasSms: true } })
  expect(channelSettings({ ...region, SNS_FCM_APPLICATION_ARN: 'arn:aws:sns:x' })).toMatchObject({
    sns: { hasSms: false, applicationArns: { FCM: 'arn:aws:sns:x' } },
  })
})

test('says which variable is missing for what goes through AWS', () => {
  for (const wish of [{ MAIL_TRANSPORT: 'ses' }, { SMS_TRANSPORT: 'sns' }] as const) {
    expect(() => channelSettings({ ...nothing, ...wish })).toThrow(EnvError)
    expect(() => channelSettings({ ...nothing, ...wish })).toThrow(/AWS_REGION/)
  }
})
