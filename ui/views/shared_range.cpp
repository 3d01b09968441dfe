#include "ui/views/shared_range.hpp"

#include "ui/session/data_identity.hpp"

namespace syzygy {

SharedRange& SharedRange::find(const ViewContext& context, const QString& name)
{
    if (auto* found = context.timeline->findChild<SharedRange*>(name, Qt::FindDirectChildrenOnly)) return *found;
    auto* made = new SharedRange(context);
    made->setObjectName(name);
    return *made;
}

SharedRange::SharedRange(const ViewContext& context)
    : QObject(context.timeline), session_(context.session), data_(data_identity(context.session->data()))
{
    connect(session_, &Session::data_changed, this, &SharedRange::forget_with_new_data);
}

void SharedRange::choose(const QCPRange& range)
{
    const double largest = std::max(std::abs(range.lower), std::abs(range.upper));
    if (!std::isfinite(range.lower) || !std::isfinite(range.upper) || !(range.size() > 1e-13 * largest)) return;
    if (chosen_ && *chosen_ == range) return;
    chosen_ = range;
    Q_EMIT changed();
}

void SharedRange::reset()
{
    if (!chosen_) return;
    chosen_.reset();
    Q_EMIT changed();
}

void SharedRange::forget_with_new_data()
{
    // A moved observation is a change of the same data.
    if (auto now = data_identity(session_->data()); now != data_) {
        data_ = std::move(now);
        reset();
    }
}

}  // namespace syzygy
