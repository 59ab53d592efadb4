/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An intrusive doubly linked list: the links are in the objects, so linking cannot fail. The owner
 * of the list holds the lock; nothing here locks, allocates or frees.
 */
#ifndef VP_CORE_LIST_H
#define VP_CORE_LIST_H

namespace vp {

template <class T> class List;

/** One place in a list; an object has one for each list that it can be in at once. */
template <class T> class Link {
public:
	explicit Link(T *owner) : owner_(owner) {}
	Link(const Link &) = delete;
	Link &operator=(const Link &) = delete;
	~Link()
	{
		if (linked()) [[unlikely]]
			unlink();
	}

	bool linked() const { return next_ != this; }

	void unlink()
	{
		prev_->next_ = next_;
		next_->prev_ = prev_;
		next_ = prev_ = this;
	}

private:
	friend class List<T>;
	Link *next_ = this;
	Link *prev_ = this;
	T *owner_;
};

template <class T> class List {
public:
	bool empty() const { return !head_.linked(); }
	T *front() const { return empty() ? nullptr : head_.next_->owner_; }

	/** Take out the first object, or nullptr. */
	T *pop_front()
	{
		if (empty())
			return nullptr;

		Link<T> *first = head_.next_;

		first->unlink();
		return first->owner_;
	}

	void push_back(Link<T> &link)
	{
		link.prev_ = head_.prev_;
		link.next_ = &head_;
		head_.prev_->next_ = &link;
		head_.prev_ = &link;
	}

	/** Call @visit for each object until it returns false. It must not unlink others. */
	template <class Visit> void each(Visit visit) const
	{
		for (Link<T> *link = head_.next_; link != &head_;) {
			Link<T> *next = link->next_;

			if (!visit(*link->owner_))
				return;
			link = next;
		}
	}

	/** The first object for which @matches holds, or nullptr. */
	template <class Matches> T *find(Matches matches) const
	{
		for (Link<T> *link = head_.next_; link != &head_; link = link->next_) {
			if (matches(*link->owner_))
				return link->owner_;
		}
		return nullptr;
	}

private:
	Link<T> head_{nullptr};
};

} // namespace vp

#endif
