#include "access/authority/lasting_folder.h"

namespace openclaw::access {

Result<void> make_lasting_folder(platform::FileSystem& files, const platform::Path& folder) {
    if (folder.empty() || folder == folder.parent_path() || platform::exists(files, folder)) return {};
    if (auto above = make_lasting_folder(files, folder.parent_path()); !above) return above;
    if (auto made = files.make_folder(folder, 0700); !made) return made;
    return files.sync_folder(folder.parent_path());
}

}  // namespace openclaw::access
