/// The catalogue, what is left of each product, what orders hold and bought of it, and a ledger of every
/// change. Pieces are never sold twice: what is available is taken by statements that fail when there is
/// not enough, and the rows of an order say what was done for it already.
@NullMarked
package io.ordersaga.stock;

import org.jspecify.annotations.NullMarked;
