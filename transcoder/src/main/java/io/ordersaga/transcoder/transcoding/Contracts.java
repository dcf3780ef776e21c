package io.ordersaga.transcoder.transcoding;

import build.buf.validate.ValidateProto;
import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TypeRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The services and messages of a descriptor set, linked, with their options and comments.
public final class Contracts {
    private final Collection<FileDescriptor> files;
    private final TypeRegistry types;

    private Contracts(Collection<FileDescriptor> files) {
        this.files = files;
        TypeRegistry.Builder registry = TypeRegistry.newBuilder();
        files.forEach(file -> registry.add(file.getMessageTypes()));
        this.types = registry.build();
    }

    /// Reads what `protoc --descriptor_set_out --include_imports` wrote.
    public static Contracts read(InputStream descriptorSet) throws IOException {
        ExtensionRegistry options = ExtensionRegistry.newInstance();
        AnnotationsProto.registerAllExtensions(options);
        ValidateProto.registerAllExtensions(options);
        return of(FileDescriptorSet.parseFrom(descriptorSet, options));
    }

    static Contracts of(FileDescriptorSet descriptorSet) {
        Map<String, FileDescriptor> linked = new LinkedHashMap<>();
        // protoc writes a file after everything that it imports.
        for (FileDescriptorProto file : descriptorSet.getFileList()) {
            List<FileDescriptor> imports = new ArrayList<>();
            for (String name : file.getDependencyList()) {
                FileDescriptor imported = linked.get(name);
                if (imported == null) {
                    throw new IllegalArgumentException(
                            "The descriptor set lacks " + name + ", which " + file.getName() + " imports");
                }
                imports.add(imported);
            }
            try {
                linked.put(file.getName(), FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new)));
            } catch (DescriptorValidationException e) {
                throw new IllegalArgumentException("The descriptor set is broken in " + file.getName(), e);
            }
        }
        return new Contracts(linked.values());
    }

    public List<FileDescriptor> files() {
        return List.copyOf(files);
    }

    /// All services, by name: the order of the files is whatever protoc was called with.
    public List<ServiceDescriptor> services() {
        return files.stream()
                .flatMap(file -> file.getServices().stream())
                .sorted(Comparator.comparing(ServiceDescriptor::getFullName))
                .toList();
    }

    public TypeRegistry types() {
        return types;
    }

    /// A message by its full name.
    public Descriptor message(String fullName) {
        Descriptor message = types.find(fullName);
        if (message == null) {
            throw new IllegalArgumentException("The descriptor set has no message " + fullName);
        }
        return message;
    }
}
