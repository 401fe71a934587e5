/**
 * Saves an answer as it is given, and says whether it is saved. Without this file the buttons do the same.
 * A save that fails is tried again, at once when the network is back; the server keeps the newest (`sequence` grows),
 * so nothing is lost or doubled. While something is not saved, the page is not left without asking.
 */
const form = document.querySelector('[data-quiz]')
if (form) {
  const state = form.querySelector('[data-state]')
  const { sequence } = form.elements
  let timer
  let pause = 1000
  let isSaved = true
  let leaveBy = null

  const chosenIn = (data) => data.getAll('chosen').sort().join()
  const say = (words) => { if (state.textContent !== words) state.textContent = words }

  /** A login in another tab changes the token that forms carry: take the new one from a fresh copy of this page. */
  const renewToken = async () => {
    const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html')
    const token = fresh.querySelector('[data-quiz] [name=csrfmiddlewaretoken]')
    if (token) form.elements.csrfmiddlewaretoken.value = token.value
  }

  const understand = async (response, sent) => {
    if (response.status === 401) return say(form.dataset.signedOut)
    if (response.status === 409) {
      isSaved = true
      return location.assign((await response.json()).address)
    }
    if (response.status === 403) await renewToken()
    if (!response.ok) throw new Error(response.status)
    const kept = await response.json()
    if (sent.get('sequence') !== sequence.value) return // answered again meanwhile: that save speaks
    if ([...kept.chosen].sort().join() !== chosenIn(sent)) { // another window was ahead
      sequence.value = String(kept.sequence + 1)
      return save()
    }
    isSaved = true
    say(form.dataset.saved)
    if (leaveBy) form.requestSubmit(leaveBy)
  }

  const save = async () => {
    clearTimeout(timer)
    const sent = new FormData(form)
    try {
      const options = { method: 'POST', body: sent, headers: { Accept: 'application/json' } }
      await understand(await fetch(form.action, options), sent)
      pause = 1000
    } catch {
      leaveBy = null
      say(form.dataset.failed)
      timer = setTimeout(save, pause)
      pause = Math.min(pause * 2, 30000)
    }
  }

  form.addEventListener('change', () => {
    sequence.value = String(Number(sequence.value) + 1)
    isSaved = false
    say(form.dataset.saving)
    save()
  })

  // Leaving by a button waits until the answer is safe; who is signed out goes on, and the server keeps it.
  form.addEventListener('submit', (event) => {
    if (isSaved || state.textContent === form.dataset.signedOut) {
      isSaved = true
      return clearTimeout(timer)
    }
    event.preventDefault()
    leaveBy = event.submitter
    save()
  })

  window.addEventListener('online', () => { if (!isSaved) save() })
  window.addEventListener('beforeunload', (event) => { if (!isSaved) event.preventDefault() })
}
