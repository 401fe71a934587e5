/**
 * Autosave, and the buttons that save, submit, approve or publish, one after the other.
 * Wagtail may send an autosave while such a button's request is under way, with the button's action in it: the page is then
 * approved twice, or saved over as it was before it was published.
 */
(() => {
  // A button waits for an autosave at most so long, in milliseconds.
  const PATIENCE = 10000

  let saving = false
  let submitted = false
  let goOn = null

  const ended = () => {
    const waiting = goOn
    saving = false
    goOn = null
    if (waiting) waiting()
  }

  document.addEventListener('w-autosave:save', (event) => {
    const acts = [...event.detail.formData.keys()].some((name) => name.startsWith('action-'))
    if (submitted || goOn || acts) event.preventDefault()
    else saving = true
  })
  document.addEventListener('w-autosave:success', ended)
  document.addEventListener('w-autosave:error', ended)

  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event
    if (!form.matches('[data-controller~="w-autosave"]')) return
    if (saving) {
      event.preventDefault()
      event.stopImmediatePropagation()
      goOn = () => {
        if (submitter) submitter.disabled = false // pressed, it shows that it is busy; disabled, its name would not be sent
        form.requestSubmit(submitter)
      }
      window.setTimeout(ended, PATIENCE)
    } else {
      submitted = true
    }
  }, true)

  // Back from the next page, which the browser had kept.
  window.addEventListener('pageshow', (event) => { submitted = submitted && !event.persisted })
})()
