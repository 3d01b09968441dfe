#pragma once

#include "ui/export/file_dialogs.hpp"
#include "ui/session/session.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QDialog>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTreeWidget;

namespace syzygy {

/// A view that can be exported.
struct ExportItem {
    std::string id;
    QString label;
    View* view;
};

/// Writes any number of views and tables at once: which, in what format, how large, where and under what names.
/// Remembers its answers. Writing goes on in the background when it is closed.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(std::vector<ExportItem> items, Session& session, Background& background, Say say,
                 QWidget* parent = nullptr);

private:
    struct Order {
        std::filesystem::path file;
        std::optional<ExportItem> picture;  ///< nothing: a table
        std::function<std::string(std::stop_token)> table;
    };
    struct Writing;

    void fill();
    void fill_again();
    std::vector<bool> available() const;
    void refresh();
    void remember() const;
    std::filesystem::path file_for(const QString& id, const QString& suffix) const;
    std::vector<Order> orders() const;
    void write();
    static void next(const std::shared_ptr<Writing>& writing);

    std::vector<ExportItem> items_;
    Session& session_;
    Background& background_;
    Say say_;
    QTreeWidget* list_;
    std::vector<bool> listed_;  ///< what was available when the list was filled
    QTimer changes_;            ///< views follow the session in the same turn of the event loop
    QComboBox* format_;
    QCheckBox* as_on_screen_;
    QSpinBox *width_, *height_;
    QDoubleSpinBox* scale_;
    QLineEdit *folder_, *pattern_;
    QLabel *preview_, *problem_;
    QPushButton* write_button_;
};

}  // namespace syzygy
