#pragma once

#include <functional>

#include "auth/estate/estate.h"

namespace openclaw::auth::sealed {

// Each document as it is on disk now, with where secrets stand in it.
Result<void> for_each_document(Estate& estate,
                               const std::function<void(const Path& file, std::vector<Spot> spots)>& visit);

// Takes the sealed values out of what lies beside the documents: backups of auth-profiles.json and forgotten
// temporary files are removed, the config's backups are rewritten without the values. Copies of damaged
// stores stay and are named, as do the files of old, unless `purge_legacy`.
Result<void> clean_leftovers(Estate& estate, bool purge_legacy, Outcome& outcome);

}  // namespace openclaw::auth::sealed
