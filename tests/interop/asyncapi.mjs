// Checks an AsyncAPI document against the specification, and that whatever it refers to is there: node asyncapi.mjs FILE
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createRequire } from 'node:module'
import Ajv from 'ajv'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { load } from 'js-yaml'

const [file] = process.argv.slice(2)
const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json')
const document = load(readFileSync(file, 'utf8'))

const check = addFormats(new Ajv({ strict: false, allErrors: true })).compile(specification)
const faults = check(document) ? [] : check.errors.map(error => `${error.instancePath} ${error.message}`)

let schemas = 0
const visit = node => {
  if (typeof node !== 'object' || node === null) return
  const reference = node.$ref
  if (reference?.startsWith('#/')) {
    const target = reference.slice(2).split('/').reduce((at, key) => at?.[key], document)
    if (target === undefined) faults.push(`nothing is at ${reference}`)
  } else if (reference) {
    const schema = JSON.parse(readFileSync(resolve(dirname(file), reference), 'utf8'))
    addFormats(new Ajv2020({ strict: true })).compile(schema)
    schemas++
  }
  Object.values(node).forEach(visit)
}
visit(document)

if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
console.log(`${Object.keys(document.channels).length} channels, ${schemas} schemas`)
