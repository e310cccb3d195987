#pragma once

// The words of this folder, each in a line or two, in the order in which they follow from one another.
//
// What there is
//   credential   What opens a provider: an API key, a token that isn't renewed, or an OAuth login with its
//                access and refresh token (profiles/profile.h).
//   profile      A stored credential with a name, "anthropic:work". A store is one agent's file of them; an
//                agent also reads the main agent's through.
//   source       Where a credential stands (Source, credential_name.h): a profile, a variable of the
//                environment, a key or a header in the config, the provider's own chain (ambient), or nowhere
//                because none is needed (keyless). A secret that a record only points to stands at a source
//                too: a variable, a file, a command, or sealed in the record (SecretRef::Source); sources/
//                asks files and commands.
//
// What use has shown
//   trouble      What went wrong with a credential, or with one model on it: how often, when last, what the
//                provider said, until when it rests for that (Trouble). A record (UsageStats) is the trouble
//                of the whole account and that of each model. Of profiles it is kept in the store, of all
//                else in memory (rests/live_rests.h). It is about one secret: a replaced one starts clean.
//   bench        A person lets a credential rest. No success ends that, and no trial tries it.
//   rest         The time in which a credential, or one model on it, isn't used: a cooldown, or disabled
//                (billing or a bench). It follows from the record and the clock alone (rests/rest.h); what a
//                failure or a success makes of the record is decided in rests/cooldown.h.
//   trial        A rest that failures began is over: one request at a time tries whether the credential works
//                again, to the others it still rests. An answer ends the trial and the trouble; a failure
//                begins the next, longer rest.
//   on demand    A rest whose end we guessed goes on, but nothing else is usable: one request at a time tries
//                the credential, not soon after the last. A failure leaves the rest as it was; an end that
//                the provider named is waited for (Trouble::end_is_named).
//   standing     The record in one word: unproven, proven, refused, resting, trial_due (rests/standing.h).
//
// What is decided for one request
//   order        In which row profiles are tried: the store's, else the config's, else by kind and then the
//                one that was used least recently. An explicit order also excludes whom it doesn't name.
//   candidate    One thing that a decision looked at, usable or not: a profile, a variable, a key in the
//                config. As far as time doesn't matter it is prepared as a slot (choice/prepared_index.h).
//   pin          The profile that a session or a request asks for: tried first, even while it rests. A locked
//                pin is the only one that may be used.
//   verdict      Why this request, now, tries a candidate or doesn't (choice/resolver.h). It follows from
//                order, pin, rests, trials, the credential's own end and the config's rules.
//   choice       The candidate that the request uses: the pin, else the first that is ready, else one that is
//                on trial elsewhere. `choose` gives it alone, `resolve` with all the others and their
//                sentences.
//
// What is said of it
//   truth        What a person is told of a credential, in one word and a sentence (report/truth.h): its
//                standing, unless its end, its damage or its absence says more, and what keeps requests from
//                it. Standing looks at the record alone, a verdict at one request, truth at both.
