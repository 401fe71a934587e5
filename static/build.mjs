/**
 * Builds static/build/ (git-ignored) from our SCSS and JavaScript and the NHS design system.
 *
 *   sass -> drop what we may not ship -> logical properties -> purge -> minify -> check the budget
 *
 * Run with `npm run build`; `npm run build -- --watch` rebuilds when a source or a template changes.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, watch, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'

import { buildSync, transformSync } from 'esbuild'
import postcss from 'postcss'
import { PurgeCSS } from 'purgecss'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const out = join(here, 'build')

/** Oldest browsers that get the whole design; all of them know logical properties and custom properties. */
const BROWSERS = ['chrome90', 'edge90', 'firefox91', 'safari15']

/** Largest size over the wire, in bytes of brotli: the point is an old phone on hospital Wi-Fi. */
const BUDGETS = { 'css/site.css': 15_000, 'js/site.js': 6_000 }

/** Classes that templates put together from data, or that rich text and forms bring along. */
const SAFELIST = {
  standard: [
    /^theme-[1-5]$/,
    /^qin-shade-[0-3]$/,
    /^qin-callout--/,
    /^qin-banner--/,
    /^qin-(?:reviewed|standing)--/,
    /^nhsuk-(?:button|error-message|error-summary|form-group|hint|input|label|select)/,
    'richtext-image',
    'responsive-object',
    // What editors can make in rich text.
    ...'a abbr b blockquote caption em h2 h3 h4 h5 hr i img li ol p strong sub sup table tbody td th thead tr ul'.split(' ')
  ],
  // Attributes that only the browser or site.js sets.
  greedy: [/^dir$/]
}

/** Folders that are somebody else's, or made by this script. */
const SKIPPED = new Set(['.git', '.venv', 'venv', 'node_modules', 'build', 'media', 'staticfiles', 'migrations', 'tests'])

function* filesUnder (folder, extensions) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield * filesUnder(path, extensions)
    else if (extensions.includes(extname(entry.name))) yield path
  }
}

/**
 * What may use a class: every template, our scripts, and class names in Python. In Python only names with one of our
 * prefixes count, so that an ordinary word in a docstring does not keep a rule alive.
 */
function purgeContent () {
  const templates = [...filesUnder(root, ['.html'])].map((path) => ({ raw: readFileSync(path, 'utf8'), extension: 'html' }))
  const scripts = [...filesUnder(join(here, 'js'), ['.js'])].map((path) => ({ raw: readFileSync(path, 'utf8'), extension: 'html' }))
  const python = [...filesUnder(root, ['.py'])].map((path) => ({
    raw: (readFileSync(path, 'utf8').match(/\b(?:nhsuk|qin|theme)-[\w-]+/g) ?? []).join(' '),
    extension: 'html'
  }))
  return [...templates, ...scripts, ...python]
}

/** Fonts are licensed to NHS organisations and lie on another host; workarounds for browsers long gone only cost bytes. */
const dropUnwanted = {
  postcssPlugin: 'drop-unwanted',
  AtRule: {
    'font-face': (rule) => rule.remove(),
    media: (rule) => {
      if (rule.params.includes('\\0')) rule.remove()
      else rule.params = rule.params.replace(/,\s*\(-ms-high-contrast:\s*active\)/g, '')
    },
    supports: (rule) => {
      if (rule.params.includes('-ms-ime-align')) rule.replaceWith(rule.nodes)
    }
  },
  Declaration: (declaration) => {
    // Other hosts, and the design system's icons at an address ("/assets/…") that we do not serve.
    const foreign = /url\(\s*["']?(?:https?:)?\//.test(declaration.value)
    const retired = /^-(?:ms|moz)-/.test(declaration.prop) && !declaration.prop.endsWith('smoothing')
    if (foreign || retired) declaration.remove()
  }
}

const SIDE = { left: 'inline-start', right: 'inline-end' }
const CORNER = { 'top-left': 'start-start', 'top-right': 'start-end', 'bottom-left': 'end-start', 'bottom-right': 'end-end' }

/** The design system is written for left-to-right only: turn its sides into starts and ends. */
const logicalProperties = {
  postcssPlugin: 'logical-properties',
  Declaration: (declaration) => {
    const { prop, value } = declaration
    if (SIDE[prop]) declaration.prop = `inset-${SIDE[prop]}`
    declaration.prop = declaration.prop
      .replace(/^((?:scroll-)?(?:margin|padding)|border)-(left|right)\b/, (_, box, side) => `${box}-${SIDE[side]}`)
      .replace(/^border-(top|bottom)-(left|right)-radius$/, (_, block, side) => `border-${CORNER[`${block}-${side}`]}-radius`)

    if (prop === 'text-align' && SIDE[value]) declaration.value = SIDE[value].replace('inline-', '')
    if ((prop === 'float' || prop === 'clear') && SIDE[value]) {
      // Chrome learnt logical floats late (118), so the side stays as the fallback before it.
      if (declaration.next()?.prop !== prop) declaration.cloneAfter({ value: SIDE[value] })
    }
    if (prop === 'margin' || prop === 'padding') {
      const parts = postcss.list.space(value)
      const inline = `${prop}-inline`
      if (parts.length === 4 && parts[1] !== parts[3] && declaration.next()?.prop !== inline) {
        declaration.cloneAfter({ prop: inline, value: `${parts[3]} ${parts[1]}` })
      }
    }
  }
}

async function buildCss () {
  const { css: compiled } = compile(join(here, 'css/site.scss'), {
    loadPaths: [join(root, 'node_modules')],
    quietDeps: true
  })
  const { css: adapted } = await postcss([dropUnwanted, logicalProperties]).process(compiled, { from: undefined })
  const [{ css: purged }] = await new PurgeCSS().purge({
    content: purgeContent(),
    css: [{ raw: adapted }],
    safelist: SAFELIST
  })
  const { code } = transformSync(purged, { loader: 'css', minify: true, target: BROWSERS })
  if (/url\(["']?(?:\w+:)?\/|@font-face|@import/.test(code.replace(/url\(["']?data:/g, ''))) {
    throw new Error('site.css refers to another host or to an absolute path')
  }
  return code
}

function buildJs () {
  const options = { bundle: true, minify: true, format: 'iife', target: BROWSERS, write: false }
  return buildSync({ entryPoints: [join(here, 'js/site.js')], ...options }).outputFiles[0].text
}

/** For certificates as PDF (training/pdf.py); no page loads them. */
function copyFonts () {
  const from = join(root, 'node_modules/dejavu-fonts-ttf')
  mkdirSync(join(out, 'fonts'), { recursive: true })
  for (const name of ['ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf', 'LICENSE']) {
    copyFileSync(join(from, name), join(out, 'fonts', basename(name)))
  }
}

async function build () {
  copyFonts()
  const outputs = { 'css/site.css': await buildCss(), 'js/site.js': buildJs() }
  for (const [name, code] of Object.entries(outputs)) {
    const path = join(out, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, code)
    const size = brotliCompressSync(code).length
    console.log(`${relative(root, path)}: ${code.length} bytes, ${size} brotli`)
    if (size > BUDGETS[name]) throw new Error(`${name} is over its budget of ${BUDGETS[name]} bytes`)
  }
}

await build()

if (process.argv.includes('--watch')) {
  let timer
  const rebuild = () => {
    clearTimeout(timer)
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100)
  }
  for (const folder of ['static/css', 'static/js', 'templates']) watch(join(root, folder), { recursive: true }, rebuild)
}
