#pragma once

#include "ui/views/view.hpp"

#include <qcustomplot.h>

#include <optional>
#include <string>

namespace syzygy {

/// The part of a horizontal axis that several plots show together. Survives every new picture; new data show
/// everything again. Lives as long as the timeline it belongs to.
class SharedRange : public QObject {
    Q_OBJECT
public:
    /// The one range of that name ("time", "iterations") of a timeline's plots, made where there is none yet.
    static SharedRange& find(const ViewContext& context, const QString& name);

    /// What was chosen by hand; nothing: everything there is.
    const std::optional<QCPRange>& chosen() const { return chosen_; }
    /// Ranges that are no ranges, or too narrow for their own digits, are left out.
    void choose(const QCPRange& range);
    void reset();

Q_SIGNALS:
    void changed();

private:
    explicit SharedRange(const ViewContext& context);
    void forget_with_new_data();

    Session* session_;
    std::string data_;  ///< identity of the data that the choice was made for
    std::optional<QCPRange> chosen_;
};

}  // namespace syzygy
