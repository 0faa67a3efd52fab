/// Ctrl-C and termination.
#pragma once

namespace costengine::cli {

/// SIGINT ends the program at once with "costengine: interrupted" and 130, SIGTERM with 143. A
/// signal that the caller ignores (nohup, a background job) stays ignored.
void install_signal_handlers();

/// Whether the last line on standard error is a progress bar, which a signal then removes.
void set_bar_shown(bool shown);

}  // namespace costengine::cli
