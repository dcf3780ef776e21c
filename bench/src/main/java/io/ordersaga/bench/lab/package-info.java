/// The processes of one run: database, coordinators and participants, with folders and ports of their own.
@NullMarked
package io.ordersaga.bench.lab;

import org.jspecify.annotations.NullMarked;
