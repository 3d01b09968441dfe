#pragma once

#include "ui/export/fit_saving.hpp"
#include "ui/session/session.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <filesystem>
#include <functional>
#include <vector>

namespace syzygy {

/// Told what happened, for the status line.
using Say = std::function<void(const QString& message, bool error)>;

/// The fit as it stands; where none has run, the setup that would be fitted.
FitToSave fit_to_save(const Session& session);

/// Asks for a file, then saves the fit in the background.
void save_fit_as(QWidget* parent, const Session& session, Background& background, Say say);

/// Asks for a file, then saves the observations as CSV in the background. Data that had no file of their own (made,
/// remapped, moved by hand) are those of that file from then on.
void save_data_as(QWidget* parent, Session& session, Background& background, Say say);

/// Asks for a file, then writes the view as it stands: a picture, or its table where the name ends in .csv.
void export_view_as(QWidget* parent, View& view, const QString& label, const Session& session, Background& background,
                    Say say);

/// Asks where to save, with the file dialog's own question before it replaces a file, and goes on with the answer.
/// Returns at once. The first filter gives the suffix that a name without one gets.
void ask_for_file(QWidget* parent, const QString& title, const QString& name, const QStringList& filters,
                  const LoadedData& data, const std::function<void(const std::filesystem::path&)>& go_on);

/// Asks before any of these files is replaced, by its own name or by their number; true where none is there.
bool may_replace(QWidget* parent, const std::vector<std::filesystem::path>& files);

/// The folder of the last export, for dialogs; and its being remembered.
QString export_folder(const LoadedData& data);
void set_export_folder(const QString& folder);

}  // namespace syzygy
