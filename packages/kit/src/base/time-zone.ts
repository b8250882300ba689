const known = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]))

/** Names of the database that are not written as the words of their places are, in small letters. */
const oddNames = new Map(
  [
    'America/Argentina/ComodRivadavia America/Knox_IN America/Indiana/Knox Antarctica/DumontDUrville Antarctica/McMurdo',
    'Australia/ACT Australia/LHI Australia/NSW Brazil/DeNoronha Chile/EasterIsland Mexico/BajaNorte Mexico/BajaSur',
    'CET CST6CDT EET EST EST5EDT GB GB-Eire GMT GMT+0 GMT-0 GMT0 HST MET MST MST7MDT NZ NZ-CHAT PRC PST8PDT ROC ROK UCT',
    'UTC W-SU WET Etc/GMT Etc/GMT0 Etc/UCT Etc/UTC',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
)

/** Words that stay small in the names of places, and parts that are capitals. */
const smallWords = new Set(['of', 'es', 'au', 'de'])
const capitals = /^(us|gmt[+-]?\d*)$/

/**
 * The name of a time zone as the IANA database writes it, in whatever capitals it came; null when there is no such zone. An
 * offset such as `+02:00` is none: it knows no summer time. Older and newer names of one zone are kept apart, as given.
 */
export function timeZoneName(text: string): string | null {
  if (!/^[a-z]/i.test(text) || !isKnown(text)) return null
  const key = text.toLowerCase()
  return known.get(key) ?? oddNames.get(key) ?? writtenAsPlaces(key)
}

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function writtenAsPlaces(key: string): string {
  return key.replaceAll(/[^/_-]+(?:[+-]\d+)?/g, (word) => {
    if (smallWords.has(word)) return word
    return capitals.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)
  })
}
