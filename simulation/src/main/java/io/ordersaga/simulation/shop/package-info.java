/// The participants: handlers behind the production barrier, on a database in memory that fails on command.
@NullMarked
package io.ordersaga.simulation.shop;

import org.jspecify.annotations.NullMarked;
